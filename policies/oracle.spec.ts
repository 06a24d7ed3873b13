import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { instanceLimits } from "../infra/model/instances";
import { POLICIES } from "./all";
import { attach, fake, judge, NOT_KNOWN } from "./kit/testing";
import { TYPE } from "./kit/types";

/** A stack as plain data; `undefined` in a zone is a value that the preview does not know. */
interface Model {
    readonly servers: readonly {
        readonly zone: string | undefined;
        readonly type: string;
        readonly protect: boolean;
        readonly drive: string | undefined;
    }[];
    readonly volumes: readonly ModelVolume[];
    readonly attachments: readonly { readonly volume: number; readonly server: number; readonly protect: boolean }[];
}
interface ModelVolume {
    readonly zone: string | undefined;
    readonly drive: string | undefined;
    readonly state: "member" | "leaving" | "released";
    readonly takes: number | undefined;
    readonly exists: boolean;
    readonly size: number;
    readonly encrypted: boolean | undefined;
    readonly protect: boolean;
    readonly multi: boolean;
}

const zone = fc.constantFrom("us-east-1a", "us-east-1b", undefined);
const drive = fc.constantFrom("x", "y", undefined);
/** Few, or about as many as the limits are. */
const fewOrMany = <T>(one: fc.Arbitrary<T>, many: number) =>
    fc.oneof(fc.array(one, { maxLength: 5 }), fc.array(one, { minLength: many - 8, maxLength: many + 8, size: "max" }));
const model: fc.Arbitrary<Model> = fc
    .record({
        servers: fc.array(
            fc.record({ zone, type: fc.constantFrom("m7i.large", "t3.medium"), protect: fc.boolean(), drive }),
            { minLength: 1, maxLength: 3 },
        ),
        volumes: fewOrMany(
            fc.record({
                zone,
                drive: fc.constantFrom("x", "x", "x", "x", "x", "y", undefined),
                state: fc.constantFrom("member", "member", "leaving", "released"),
                takes: fc.option(fc.nat(3), { nil: undefined }),
                exists: fc.boolean(),
                size: fc.integer({ min: 1, max: 20 }),
                encrypted: fc.constantFrom(true, true, false, undefined),
                protect: fc.boolean(),
                multi: fc.constantFrom(false, false, false, true),
            }),
            26,
        ),
        joins: fewOrMany(fc.record({ volume: fc.nat(40), server: fc.nat(3), protect: fc.boolean() }), 40),
    })
    .map(({ servers, volumes, joins }) => ({
        servers,
        volumes,
        attachments: joins
            .filter(() => volumes.length > 0)
            .map((one) => ({ ...one, volume: one.volume % volumes.length, server: one.server % servers.length })),
    }));

const key = (i: number): string => `v${String(i).padStart(3, "0")}`;

function build({ servers, volumes, attachments }: Model) {
    const unknown = <T>(value: T | undefined) => value ?? NOT_KNOWN;
    const tagged = (name: string | undefined, more: object = {}) =>
        name === undefined ? {} : { "elastic-drive:drive": name, ...more };
    const hosts = servers.map((server, i) =>
        fake(
            TYPE.instance,
            `s${i}`,
            { availabilityZone: unknown(server.zone), instanceType: server.type, tags: tagged(server.drive) },
            { protect: server.protect },
        ),
    );
    const disks = volumes.map((volume, i) => {
        const states = { "elastic-drive:slot": key(i), "elastic-drive:state": volume.state };
        const takes = volume.takes === undefined ? {} : { "elastic-drive:takes": key(volume.takes) };
        const props = {
            availabilityZone: unknown(volume.zone),
            size: volume.size,
            type: "gp3",
            encrypted: volume.encrypted,
            multiAttachEnabled: volume.multi,
            arn: volume.exists ? "arn" : NOT_KNOWN,
            tags: tagged(volume.drive, { ...states, ...takes }),
        };
        return fake(TYPE.volume, key(i), props, { protect: volume.protect });
    });
    const joined = attachments.map(({ volume, server, protect }, i) =>
        attach(`a${i}`, disks[volume]!, hosts[server]!, { protect }),
    );
    return [...hosts, ...disks, ...joined];
}

/** Slow and obvious: every rule by itself, every pair looked at, nothing shared with the policies. */
function oracle({ servers, volumes, attachments }: Model): string[] {
    const found: string[] = [];
    const say = (policy: string, name: string) => found.push(`${policy} ${name}`);
    volumes.forEach((volume, i) => {
        if (volume.encrypted !== true) say("volume-encrypted", key(i));
        if (volume.drive === undefined && !volume.protect) say("volume-protected", key(i));
        if (volume.drive !== undefined && volume.state !== "released" && !volume.protect)
            say("drive-protected", key(i));
        if (volume.multi) say("no-multi-attach", key(i));
        if (attachments.filter((one) => one.volume === i).length > 1) say("no-multi-attach", key(i));
    });
    servers.forEach((server, i) => {
        if (server.drive !== undefined && !server.protect) say("drive-protected", `s${i}`);
        const count = attachments.filter((one) => one.server === i).length;
        if (count > 0 && count + 2 > (instanceLimits(server.type)?.attachments ?? 0)) say("slot-budget", `s${i}`);
    });
    attachments.forEach(({ volume, server, protect }, i) => {
        const [disk, host] = [volumes[volume]!, servers[server]!];
        if (disk.zone !== undefined && host.zone !== undefined && disk.zone !== host.zone) say("same-zone", `a${i}`);
        const released = disk.drive !== undefined && disk.state === "released";
        if ((disk.drive !== undefined || host.drive !== undefined) && !released && !protect)
            say("drive-protected", `a${i}`);
    });
    for (const name of ["x", "y"]) {
        const own = volumes.map((volume, i) => ({ ...volume, i })).filter((volume) => volume.drive === name);
        const home = homeOf(own.map((volume) => volume.zone));
        for (const { zone: at, i } of own) if (at !== undefined && at !== home) say("same-zone", key(i));
        const there = own.filter((volume) => volume.state !== "released");
        const allowed = there.some((volume) => volume.state === "leaving") ? 21 : 20;
        if (there.length > allowed) say("volumes-per-drive", key(there.at(-1)!.i));
        found.push(...replacement(own));
    }
    const counted = volumes
        .map((volume, i) => ({ ...volume, i }))
        .filter((volume) => volume.drive === undefined || volume.state !== "released");
    const more = counted.some((volume) => volume.drive !== undefined && volume.state === "leaving") ? 1 : 0;
    if (counted.length > 20 + more) say("volumes-per-customer", key(counted.at(-1)!.i));
    return found.sort();
}

function homeOf(zones: readonly (string | undefined)[]): string | undefined {
    const count = (zone: string) => zones.filter((one) => one === zone).length;
    if (count("us-east-1a") + count("us-east-1b") === 0) return undefined;
    return count("us-east-1a") >= count("us-east-1b") ? "us-east-1a" : "us-east-1b";
}

function replacement(own: readonly (ModelVolume & { i: number })[]): string[] {
    const going = own.filter((volume) => volume.state !== "member");
    if (going.length === 0) return [];
    if (going.length === own.length) return [`replacement-size ${key(going[0]!.i)}`];
    const phantom = own
        .filter((volume) => volume.state === "leaving" && !volume.exists)
        .map((volume) => `replacement-size ${key(volume.i)}`);
    const leaving = own.filter((volume) => volume.state === "leaving" && volume.exists);
    if (leaving.length === 0) return phantom;
    let free = 0;
    for (const volume of own) {
        if (volume.state !== "member") continue;
        if (leaving.some((one) => one.i === volume.takes)) free += volume.size;
    }
    const full = leaving.reduce((sum, volume) => {
        const source = own.find((one) => one.i === volume.takes); // it can hold no more than what it took
        return sum + Math.min(volume.size, source?.size ?? volume.size);
    }, 0);
    return free >= full ? phantom : [...phantom, `replacement-size ${key(leaving[0]!.i)}`];
}

const RULES = [
    "volume-encrypted",
    "volume-protected",
    "drive-protected",
    "no-multi-attach",
    "slot-budget",
    "same-zone",
    "volumes-per-drive",
    "volumes-per-customer",
    "replacement-size",
];

describe("policies on random stacks", () => {
    it("refuse exactly what a slow and obvious oracle refuses", () => {
        const rules = POLICIES.filter(({ name }) => RULES.includes(name));
        assert.equal(rules.length, RULES.length);
        const seen = new Set<string>();
        fc.assert(
            fc.property(model, (stack) => {
                const resources = build(stack);
                const names = new Map(resources.map(({ urn, name }) => [urn, name]));
                const found = rules.flatMap((rule) =>
                    judge(rule, resources)
                        .filter(({ level }) => level === "violation")
                        .map(({ urn }) => `${rule.name} ${names.get(urn ?? "") ?? "?"}`),
                );
                const expected = oracle(stack);
                assert.deepEqual(found.sort(), expected);
                for (const line of expected) seen.add(line.split(" ")[0]!);
            }),
            { numRuns: 400 },
        );
        assert.deepEqual([...seen].sort(), [...RULES].sort(), "every rule was broken by some stack");
    });
});
