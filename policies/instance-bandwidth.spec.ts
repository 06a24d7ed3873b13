import * as assert from "node:assert/strict";
import { INSTANCES_AS_OF } from "../infra/model/instances";
import { instanceBandwidth } from "./instance-bandwidth";
import { attach, fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";

function stack(instanceType: unknown, ...throughputs: unknown[]) {
    const server = fake(TYPE.instance, "web", { instanceType });
    const volumes = throughputs.map((throughput, i) => fake(TYPE.volume, `v${i}`, { throughput }));
    return [server, ...volumes, ...volumes.map((volume, i) => attach(`a${i}`, volume, server))];
}
const messages = (resources: ReturnType<typeof stack>, config?: object) =>
    judge(instanceBandwidth, resources, config).map(({ message }) => message);

describe("policy instance-bandwidth", () => {
    it("passes what the instance carries, and what comes with a volume anyway", () => {
        assert.deepEqual(messages(stack("m7i.large", 125, 125, undefined)), []);
        assert.deepEqual(messages(stack("m7i.8xlarge", 1000)), []);
    });

    it("remarks on throughput that is paid for and cannot be had", () => {
        const small = stack("m7i.large", 125, 500, 300);
        assert.deepEqual(judge(instanceBandwidth, small), [
            {
                message:
                    "instance 'web' (m7i.large) carries 77 MiB/s of EBS for ever: 500 MiB/s are declared by volume 'v1' " +
                    `(${INSTANCES_AS_OF.date})`,
                urn: small[0]?.urn,
                level: "violation",
            },
        ]);
        assert.equal(instanceBandwidth.enforcementLevel, "advisory");
    });

    it("takes the need, and types no table knows, from its settings", () => {
        assert.match(
            messages(stack("m7i.large", 125), { needMiBps: 100 })[0] ?? "",
            /100 MiB\/s are declared by the policy's settings/,
        );
        assert.match(
            messages(stack("z9.large", 500), { instanceTypes: { "z9.large": { baselineMBps: 100 } } })[0] ?? "",
            /\(z9\.large\) carries 95 MiB\/s/,
        );
    });

    it("remarks on a type whose bandwidth is not known, where something is declared of it", () => {
        for (const type of ["z9.large", "t2.micro"]) {
            const found = judge(instanceBandwidth, stack(type, 500));
            assert.deepEqual(
                found.map(({ level }) => level),
                ["note"],
            );
            assert.match(found[0]!.message, new RegExp(`bandwidth of instance 'web' \\(${type}\\) is not known`));
            assert.deepEqual(messages(stack(type, 125)), []);
        }
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(instanceBandwidth, strangers([TYPE.attachment])), []);
    });

    it("judges what a preview knows", () => {
        assert.deepEqual(messages(stack(NOT_KNOWN, 500)), []);
        assert.equal(messages(stack("m7i.large", NOT_KNOWN, 500)).length, 1);
    });
});
