import * as assert from "node:assert/strict";
import { driveTags } from "./drive-tags";
import { fake, judge, NOT_KNOWN, remediate, slot, strangers } from "./kit/testing";
import { DRIVE_COMPONENT, TYPE } from "./kit/types";

const tagged = [TYPE.volume, TYPE.instance, TYPE.networkInterface, TYPE.eip, TYPE.securityGroup];
const drive = fake(DRIVE_COMPONENT, "my-drive");
const inside = (type: string, name: string, props: object, nested?: string) => {
    const around = nested === undefined ? drive : fake("elastic-drive:index:Volumes", nested, {}, { parent: drive });
    return fake(type, name, { ...props }, { parent: around });
};

describe("policy drive-tags", () => {
    it("passes a drive's tagged parts, and anything untagged that is no drive's", () => {
        const server = {
            tags: { "elastic-drive:drive": "my-drive", "elastic-drive:part": "server", Name: "my-drive-server" },
        };
        const fine = [
            slot("ba"),
            inside(TYPE.instance, "my-drive-server", server),
            fake(TYPE.volume, "data", {}),
            fake(TYPE.eip, "x", {}),
        ];
        assert.deepEqual(judge(driveTags, fine), []);
    });

    it("refuses what lacks them, inside a drive's component or by half its tags", () => {
        const bare = inside(TYPE.volume, "my-drive-ba", {});
        const half = fake(TYPE.instance, "web", { tags: { "elastic-drive:drive": "my-drive", Name: "" } });
        assert.deepEqual(
            judge(driveTags, [bare, half]).map(({ message, urn }) => [message, urn]),
            [
                ["Volume 'my-drive-ba' lacks the tags 'elastic-drive:drive', 'elastic-drive:slot', 'Name'", bare.urn],
                ["Instance 'web' lacks the tags 'elastic-drive:part', 'Name'", half.urn],
            ],
        );
    });

    it("asks every volume of the stack for the tags of its settings", () => {
        const volume = fake(TYPE.volume, "data", { tags: { Team: "x" } });
        assert.deepEqual(
            judge(driveTags, [volume], { required: ["Team", "CostCenter"] }).map(({ message }) => message),
            ["Volume 'data' lacks the tags 'CostCenter'"],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(driveTags, strangers(tagged)), []);
    });

    it("says which tag a preview does not know, and judges the others", () => {
        const found = judge(driveTags, [
            inside(TYPE.volume, "my-drive-ba", { tags: NOT_KNOWN }),
            inside(TYPE.volume, "my-drive-bb", {
                tags: { "elastic-drive:drive": NOT_KNOWN, "elastic-drive:slot": "bb" },
            }),
        ]);
        assert.deepEqual(
            found.map(({ level, message }) => [level, message.slice(0, 60)]),
            [
                ["note", "not judged: tags of Volume 'my-drive-ba' is not known in thi"],
                ["note", "not judged: tag 'elastic-drive:drive' of Volume 'my-drive-bb"],
                ["violation", "Volume 'my-drive-bb' lacks the tags 'Name'"],
            ],
        );
    });

    it("as a remediation reads them from the names our component gives, and keeps the others", () => {
        const tags = (resource: ReturnType<typeof fake>) =>
            (remediate(driveTags, resource) as { tags?: unknown } | undefined)?.tags;
        const named = (name: string) => ({ Name: name, "elastic-drive:drive": "my-drive" });
        assert.deepEqual(
            tags(inside(TYPE.volume, "my-drive-ba", { tags: { Team: "x", Name: "mine" } }, "my-drive-volumes")),
            {
                ...named("mine"),
                "elastic-drive:slot": "ba",
                Team: "x",
            },
        );
        assert.deepEqual(tags(inside(TYPE.networkInterface, "my-drive-interface", {}, "my-drive-address")), {
            ...named("my-drive-interface"),
            "elastic-drive:part": "address",
        });
        assert.deepEqual(tags(inside(TYPE.instance, "my-drive-server", {})), {
            ...named("my-drive-server"),
            "elastic-drive:part": "server",
        });
        for (const left of [
            fake(TYPE.volume, "data", {}),
            slot("ba"),
            inside(TYPE.volume, "odd", {}),
            inside(TYPE.volume, "my-drive-ba", { tags: NOT_KNOWN }),
        ]) {
            assert.equal(remediate(driveTags, left), undefined, left.name);
        }
    });
});
