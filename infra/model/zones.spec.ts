import * as assert from "node:assert/strict";
import { regionOf, zoneFault } from "./zones";

describe("zones by their names", () => {
    it("takes an availability zone of every partition", () => {
        const regions = {
            "us-east-1a": "us-east-1",
            "us-east-1f": "us-east-1",
            "us-gov-west-1a": "us-gov-west-1",
            "mx-central-1a": "mx-central-1",
            "ap-southeast-7c": "ap-southeast-7",
            "cn-northwest-1b": "cn-northwest-1",
            "eusc-de-east-1a": "eusc-de-east-1",
            "us-isob-east-1a": "us-isob-east-1",
        };
        const zones = Object.keys(regions);
        assert.deepEqual(Object.fromEntries(zones.map((zone) => [zone, regionOf(zone)])), regions);
        assert.deepEqual(
            zones.filter((zone) => zoneFault(zone) !== undefined),
            [],
        );
    });

    it("refuses every other by name, with the reason", () => {
        const wrong = {
            "us-west-2-lax-1a": /^a Local Zone: /,
            "ap-northeast-1-tpe-1a": /^a Local Zone: /,
            "us-east-1-wl1-bos-wlz-1": /^a Wavelength Zone: /,
            "use1-az1": /^a zone's id/,
            "usw2-lax1-az1": /^a zone's id/,
            "us-gov-west-1": /^a region; .* such as us-gov-west-1a$/,
            "us-eastt-1a": /^there is no region us-eastt-1; did you mean 'us-east-1a'\?$/,
            "eu-cental-1b": /did you mean 'eu-central-1b'\?$/,
            "us-nowhere-1a": /^there is no region us-nowhere-1; an availability zone such as us-east-1a is expected$/,
            "US-EAST-1A": /^an availability zone such as us-east-1a$/,
            "us-east-1a ": /^an availability zone/,
            "": /^an availability zone/,
        };
        for (const [zone, reason] of Object.entries(wrong)) assert.match(zoneFault(zone) ?? "taken", reason, zone);
    });

    it("knows the region of a Local Zone and of a Wavelength Zone, which is not the name without its last letter", () => {
        const regions = ["us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1", "use1-az1", "us-east-1"].map(regionOf);
        assert.deepEqual(regions, ["us-west-2", "us-east-1", undefined, undefined]);
    });
});
