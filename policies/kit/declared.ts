import { Config } from "@pulumi/pulumi";
import type { LimitOverrides } from "../../infra/model/limits";

/**
 * What the stack's own configuration says and no resource shows. The engine gives it to the pack (PULUMI_CONFIG, secrets
 * masked); in a stack that is not ours the keys are not there.
 */
const config = () => new Config("elastic-drive");

/** The drive that is to be destroyed on purpose: its protection is lifted (design, "How the engine behaves"). */
export const destroyData = (): string | undefined => config().get("destroyData");

/** Limits of EBS that the drive's configuration overrides. What has another shape is the program's schema to refuse. */
export function limitOverrides(): LimitOverrides {
    try {
        return config().getObject<{ limits?: LimitOverrides }>("drive")?.limits ?? {};
    } catch {
        return {};
    }
}
