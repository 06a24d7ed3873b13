import * as assert from "node:assert/strict";
import { fake, judge, NOT_KNOWN, strangers } from "./kit/testing";
import { TYPE } from "./kit/types";
import { notOpenToTheWorld } from "./not-open-to-the-world";

const rule = (props: object) =>
    fake(TYPE.ingressRule, "rule", { ipProtocol: "tcp", fromPort: 2049, toPort: 2049, ...props });
const group = (...ingress: unknown[]) => fake(TYPE.securityGroup, "door", { ingress });
const inline = (props: object) => ({ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"], ...props });
const guarded = [TYPE.securityGroup, TYPE.defaultSecurityGroup, TYPE.securityGroupRule, TYPE.ingressRule];

describe("policy not-open-to-the-world", () => {
    const fine = [
        rule({ cidrIpv4: "10.0.0.0/8" }),
        rule({ cidrIpv4: "10.0.1.7/32" }),
        rule({ referencedSecurityGroupId: "sg-1" }),
        rule({ cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443 }),
        rule({ cidrIpv4: "0.0.0.0/0", ipProtocol: "icmp", fromPort: -1, toPort: -1 }),
        rule({ cidrIpv4: "0.0.0.0/0", ipProtocol: "udp", fromPort: 22, toPort: 22 }),
        rule({ cidrIpv4: "0.0.0.0/0", fromPort: 2050, toPort: 65_535 }),
        rule({ cidrIpv6: "fd00::/16" }),
        group(inline({ cidrBlocks: ["203.0.113.0/24"] })),
        group(),
        fake(TYPE.securityGroup, "door", { egress: [inline({ protocol: "-1" })] }),
        fake(TYPE.securityGroupRule, "rule", { type: "egress", ...inline({}) }),
    ];
    it("passes networks of somebody's own, and the world on other ports", () => {
        assert.deepEqual(judge(notOpenToTheWorld, fine), []);
    });

    const bad: [ReturnType<typeof fake>, string][] = [
        [rule({ cidrIpv4: "0.0.0.0/0" }), "'rule' opens NFS (2049) to '0.0.0.0/0' by tcp port 2049"],
        [rule({ cidrIpv6: "::/0" }), "'rule' opens NFS (2049) to '::/0' by tcp port 2049"],
        [rule({ cidrIpv6: "0:0:0:0:0:0:0:0/0" }), "'rule' opens NFS (2049) to '0:0:0:0:0:0:0:0/0' by tcp port 2049"],
        [rule({ cidrIpv6: "2000::/3" }), "'rule' opens NFS (2049) to '2000::/3' by tcp port 2049"],
        [rule({ cidrIpv4: "128.0.0.0/1" }), "'rule' opens NFS (2049) to '128.0.0.0/1' by tcp port 2049"],
        [
            rule({ cidrIpv4: "0.0.0.0/0", fromPort: 2000, toPort: 3000 }),
            "'rule' opens NFS (2049) to '0.0.0.0/0' by tcp ports 2000 to 3000",
        ],
        [
            rule({ cidrIpv4: "0.0.0.0/0", ipProtocol: "-1", fromPort: undefined, toPort: undefined }),
            "'rule' opens NFS (2049), SSH (22), FTP (20, 21, 990) to '0.0.0.0/0' by protocol -1 (everything)",
        ],
        [rule({ cidrIpv4: "0.0.0.0/0", ipProtocol: "17" }), "'rule' opens NFS (2049) to '0.0.0.0/0' by udp port 2049"],
        [
            rule({ cidrIpv4: "0.0.0.0/0", ipProtocol: "TCP", fromPort: 21, toPort: 21 }),
            "'rule' opens FTP (21) to '0.0.0.0/0' by tcp port 21",
        ],
        [group(inline({})), "'door' opens SSH (22) to '0.0.0.0/0' by tcp port 22"],
        [
            group(inline({ cidrBlocks: [], ipv6CidrBlocks: ["fd00::/16", "::/0"], fromPort: 0, toPort: 65_535 })),
            "'door' opens NFS (2049), SSH (22), FTP (20, 21, 990) to '::/0' by tcp ports 0 to 65535",
        ],
        [
            fake(TYPE.securityGroupRule, "rule", { type: "ingress", ...inline({}) }),
            "'rule' opens SSH (22) to '0.0.0.0/0' by tcp port 22",
        ],
        [
            fake(TYPE.defaultSecurityGroup, "rule", { ingress: [inline({})] }),
            "'rule' opens SSH (22) to '0.0.0.0/0' by tcp port 22",
        ],
    ];
    for (const [resource, message] of bad) {
        it(`refuses: ${message}`, () => {
            assert.deepEqual(judge(notOpenToTheWorld, [resource]), [
                { message, urn: resource.urn, level: "violation" },
            ]);
        });
    }

    it("takes another width of a network of one's own from its settings", () => {
        const wide = rule({ cidrIpv4: "52.0.0.0/10" });
        assert.deepEqual(judge(notOpenToTheWorld, [wide]), []);
        assert.equal(judge(notOpenToTheWorld, [wide], { widestV4: 16 }).length, 1);
    });

    it("remarks on prefix lists, which nobody sees into, where they reach what is guarded", () => {
        const said = (list: string) =>
            `not judged: 'rule' lets in prefix list ${list}, whose networks are not in the rule; see that none is the world`;
        const older = (props: object) =>
            fake(TYPE.securityGroupRule, "rule", { type: "ingress", ...inline({ cidrBlocks: [], ...props }) });
        const found = judge(notOpenToTheWorld, [
            rule({ prefixListId: "pl-1" }),
            rule({ prefixListId: NOT_KNOWN }),
            rule({ prefixListId: "pl-1", fromPort: 443, toPort: 443 }),
            older({ prefixListIds: ["pl-2"] }),
        ]);
        assert.deepEqual(
            found.map(({ level, message }) => [level, message]),
            ["'pl-1'", "of this stack", "'pl-2'"].map((list) => ["note", said(list)]),
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(notOpenToTheWorld, strangers(guarded)), []);
    });

    it("says what a preview does not know only where it could matter, and judges the rest", () => {
        const levels = (...resources: ReturnType<typeof fake>[]) =>
            judge(notOpenToTheWorld, resources).map(({ level }) => level);
        assert.deepEqual(levels(rule({ cidrIpv4: NOT_KNOWN })), ["note"]);
        assert.deepEqual(levels(rule({ cidrIpv4: NOT_KNOWN, fromPort: 443, toPort: 443 })), []);
        assert.deepEqual(levels(rule({ cidrIpv4: "0.0.0.0/0", fromPort: NOT_KNOWN })), ["note"]);
        assert.deepEqual(levels(rule({ cidrIpv4: "10.0.0.0/8", fromPort: NOT_KNOWN })), []);
        assert.deepEqual(levels(rule({ cidrIpv4: "0.0.0.0/0", ipProtocol: "-1", fromPort: NOT_KNOWN })), ["violation"]);
        assert.deepEqual(levels(fake(TYPE.securityGroup, "door", { ingress: NOT_KNOWN })), ["note"]);
        assert.deepEqual(
            levels(
                group(NOT_KNOWN, inline({ cidrBlocks: NOT_KNOWN }), inline({ cidrBlocks: [NOT_KNOWN, "0.0.0.0/0"] })),
            ),
            ["note", "note", "note", "violation"],
        );
    });
});
