import type * as Ec2Sdk from "@aws-sdk/client-ec2";
import { DriveError } from "../../infra/model/errors";

/**
 * What time it is by EC2's own answers. A runner whose clock is a year ahead would find every kept volume due, and SDKs correct such a
 * clock silently, so that nothing else shows it.
 */
export class Ec2Time {
    private heard: { readonly date: number; readonly at: number } | undefined;

    listenTo(client: Ec2Sdk.EC2Client): void {
        client.middlewareStack.add(
            (next) => async (args) => {
                const result = await next(args);
                const { headers } = result.response as { headers?: Record<string, string | undefined> };
                this.hear(headers?.["date"]);
                return result;
            },
            { step: "deserialize", name: "elasticDriveTime" },
        );
    }

    hear(date: string | undefined, at: number = performance.now()): void {
        const time = Date.parse(date ?? "");
        if (!Number.isNaN(time)) this.heard = { date: time, at };
    }

    /** As EC2 said last, in milliseconds of the epoch; undefined: it never said. */
    last(): number | undefined {
        return this.heard?.date;
    }

    /** The same, and what has passed since. */
    now(at: number = performance.now()): number {
        if (this.heard !== undefined) return this.heard.date + Math.max(0, at - this.heard.at);
        throw new DriveError(
            "Ec2TimeUnknown",
            "EC2's answers carry no date, and this machine's clock decides nothing",
            {
                hint: "something on the way takes the Date header away: a proxy, or another endpoint than EC2's",
            },
        );
    }
}
