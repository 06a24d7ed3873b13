import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-ec2";
import { endpointOf, isLoopback } from "./endpoint";
import { ec2Error } from "./errors";
import type { Caller } from "./caller";
import { debianImages, image, instanceType } from "./machines";

const answer = (action: string, inner: string): string => `<${action}Response>${inner}</${action}Response>`;
const IMAGES = answer(
    "DescribeImages",
    "<imagesSet><item><imageId>ami-0aaaaaaa</imageId><name>debian-13-amd64-1</name><creationDate>2026-01-01</creationDate></item>" +
        "<item><imageId>ami-0bbbbbbb</imageId><name>debian-13-amd64-2</name><creationDate>2026-02-01</creationDate></item></imagesSet>",
);

/** The SDK as it is, without a network: what is asked, and at which host. */
class Wire {
    readonly asked: { readonly host: string; readonly body: URLSearchParams }[] = [];
    private readonly client: sdk.EC2Client;

    constructor(
        private readonly config: sdk.EC2ClientConfig,
        status = 200,
        body = IMAGES,
    ) {
        this.client = new sdk.EC2Client({
            region: "us-east-1",
            credentials: { accessKeyId: "x", secretAccessKey: "x" },
            ...config,
            requestHandler: {
                handle: (request: { hostname: string; body: string }) => {
                    this.asked.push({ host: request.hostname, body: new URLSearchParams(request.body) });
                    const response = {
                        statusCode: status,
                        headers: { "content-type": "text/xml" },
                        body: Buffer.from(body),
                    };
                    return Promise.resolve({ response });
                },
            } as never,
        });
    }

    readonly call: Caller = async (action, work) => {
        try {
            return await work({ sdk, client: this.client, config: this.config });
        } catch (error) {
            throw ec2Error(error, action, undefined);
        }
    };

    get owners(): string[] {
        const { body } = this.asked.at(-1)!;
        return [...body].filter(([key]) => key.startsWith("Owner")).map(([, value]) => value);
    }
}
const refusal = (code: string): string =>
    `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors></Response>`;

describe("whose image is taken", () => {
    const DEBIAN = "136693071363";

    it("Debian's alone, also at an endpoint of one's own network, however that was set", async () => {
        const endpoint = "https://vpce-0123.ec2.us-east-1.vpce.amazonaws.com";
        for (const config of [{}, { endpoint }, { endpoint: "http://192.0.2.1:8000" }]) {
            const wire = new Wire(config);
            const [newest] = await debianImages(wire.call, "x86_64");
            assert.equal(newest?.id, "ami-0bbbbbbb");
            assert.deepEqual(wire.owners, [DEBIAN], wire.asked[0]!.host);
        }
    });

    it("Debian's alone when a profile names the endpoint", async () => {
        const folder = mkdtempSync(join(tmpdir(), "drive-profile-"));
        const file = join(folder, "config");
        writeFileSync(file, "[profile far]\nregion = us-east-1\nendpoint_url = https://ec2.example.com\n");
        const { AWS_CONFIG_FILE, AWS_PROFILE } = process.env;
        try {
            Object.assign(process.env, { AWS_CONFIG_FILE: file, AWS_PROFILE: "far" });
            const wire = new Wire({});
            await debianImages(wire.call, "x86_64");
            assert.deepEqual([wire.asked[0]!.host, wire.owners], ["ec2.example.com", [DEBIAN]]);
        } finally {
            for (const [key, value] of Object.entries({ AWS_CONFIG_FILE, AWS_PROFILE }))
                if (value === undefined) delete process.env[key];
                else process.env[key] = value;
            rmSync(folder, { recursive: true });
        }
    });

    it("on this very machine, where the lab is, one's own as well, and nobody else's", async () => {
        for (const endpoint of [
            "http://127.0.0.1:4566",
            "http://localhost:9",
            "http://[::1]:9",
            "http://127.77.0.1:9",
        ]) {
            const wire = new Wire({ endpoint });
            await debianImages(wire.call, "arm64");
            assert.deepEqual(wire.owners, [DEBIAN, "self"], endpoint);
            assert.equal(wire.asked[0]!.body.get("Filter.1.Value.1"), "debian-13-arm64-*");
        }
    });

    it("nobody's in another partition, where Debian's account is another: ImageNotFound says so, and nothing is asked", async () => {
        for (const [region, partition] of [
            ["us-gov-west-1", "aws-us-gov"],
            ["cn-north-1", "aws-cn"],
            ["eusc-de-east-1", "aws-eusc"],
            ["us-iso-east-1", "aws-iso"],
            ["us-isob-east-1", "aws-iso-b"],
        ] as const) {
            const wire = new Wire({ region });
            await assert.rejects(debianImages(wire.call, "x86_64"), (error: Error) => {
                assert.equal(error.name, "ImageNotFound");
                assert.ok(
                    error.message.includes(`${region} is in ${partition}, where another one publishes`),
                    error.message,
                );
                return true;
            });
            assert.deepEqual(wire.asked, []);
        }
    });

    it("none of that name: ImageNotFound", async () => {
        const wire = new Wire({}, 200, answer("DescribeImages", "<imagesSet/>"));
        await assert.rejects(debianImages(wire.call, "arm64"), {
            name: "ImageNotFound",
            message: /debian-13-arm64-\*/,
        });
    });
});

describe("what is not there", () => {
    it("is undefined: an image, a type; any other refusal is thrown", async () => {
        assert.equal(await image(new Wire({}, 400, refusal("InvalidAMIID.NotFound")).call, "ami-0aaaaaaa"), undefined);
        assert.equal(await instanceType(new Wire({}, 400, refusal("InvalidInstanceType")).call, "m9.tiny"), undefined);
        const denied = new Wire({}, 403, refusal("UnauthorizedOperation"));
        await assert.rejects(instanceType(denied.call, "m7i.large"), { name: "NotAllowed" });
    });
});

describe("EC2's address", () => {
    it("is the service's own before that of all services", () => {
        const both = { AWS_ENDPOINT_URL: "http://a", AWS_ENDPOINT_URL_EC2: "http://b" };
        assert.deepEqual([both, { AWS_ENDPOINT_URL: "http://a" }, { AWS_ENDPOINT_URL: "" }].map(endpointOf), [
            "http://b",
            "http://a",
            undefined,
        ]);
    });

    it("is this machine only by a loopback name", () => {
        const hosts = [
            "localhost",
            "127.0.0.1",
            "127.77.1.2",
            "[::1]",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "localhost.example.com",
        ];
        assert.deepEqual(hosts.filter(isLoopback), hosts.slice(0, 4));
    });
});
