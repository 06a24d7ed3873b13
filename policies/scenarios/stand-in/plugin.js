// Takes the place of the aws and command plugins in the scenarios: it takes any resource, asks nobody, and makes nothing.
// What it gives back is what the engine needs for a second preview: an id, an arn, and the inputs.
"use strict";
const { createHash } = require("node:crypto");
const { main } = require("@pulumi/pulumi/provider");

const idOf = (urn) => `made-${createHash("sha256").update(urn).digest("hex").slice(0, 12)}`;
/** Changing one of these makes another resource; enough for what the scenarios change. */
const REPLACES = ["availabilityZone", "instanceId", "volumeId", "snapshotId", "ami"];

main(
    {
        version: "7.48.0",
        check: async (_urn, _olds, news) => ({ inputs: news }),
        diff: async (_id, _urn, olds, news) => {
            const changed = Object.keys(news).filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
            return { changes: changed.length > 0, replaces: changed.filter((key) => REPLACES.includes(key)) };
        },
        create: async (urn, inputs) => ({
            id: idOf(urn),
            outs: { ...inputs, id: idOf(urn), arn: `arn:${idOf(urn)}`, privateIp: "10.0.1.10" },
        }),
        update: async (_id, _urn, olds, news) => ({ outs: { ...olds, ...news } }),
        delete: async () => undefined,
        read: async (id, _urn, props) => ({ id, props }),
        invoke: async (_token, inputs) => ({ outputs: { ...inputs, vpcId: "vpc-0123456789abcdef0" } }),
    },
    process.argv.slice(2),
);
