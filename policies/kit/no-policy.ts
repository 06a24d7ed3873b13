import type { Policies } from "@pulumi/policy";
import { closest } from "../../infra/model/faults";
import { quote } from "./text";

/** What to write instead of a name that no policy has. */
export function noPolicy(name: string, policies: Policies): string {
    const names = policies.map((policy) => policy.name);
    const near = closest(name, names);
    const advice = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${quote(near)}?`;
    return `there is no policy ${quote(name)}; ${advice}`;
}
