import * as assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DriveError } from "../../infra/model/errors";
import { SdkEc2 } from "./client";
import type { SetCall } from "./port";

type Answer = (params: URLSearchParams, response: ServerResponse, request: IncomingMessage) => void;

/** An EC2 that answers as it is told, and remembers what it was asked. */
class FakeEc2 {
    readonly asked: URLSearchParams[] = [];
    private server: Server | undefined;

    async open(answer: Answer): Promise<SdkEc2> {
        this.server = createServer((request, response) => {
            let body = "";
            request.on("data", (chunk: Buffer) => (body += chunk.toString()));
            request.on("end", () => {
                const params = new URLSearchParams(body);
                this.asked.push(params);
                answer(params, response, request);
            });
        });
        await new Promise<void>((resolve) => this.server!.listen(0, "127.0.0.1", resolve));
        return this.sdk();
    }

    sdk(more: NodeJS.ProcessEnv = {}): SdkEc2 {
        const { port } = this.server!.address() as AddressInfo;
        const env = {
            AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
            AWS_ACCESS_KEY_ID: "lab",
            AWS_SECRET_ACCESS_KEY: "lab",
        };
        return new SdkEc2({ region: "us-east-1", env: { ...env, ...more } });
    }

    close(): void {
        this.server?.close();
        this.server?.closeAllConnections();
    }
}

const xml = (params: URLSearchParams, inner: string): string =>
    `<${params.get("Action")}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inner}</${params.get("Action")}Response>`;
const refusal = (response: ServerResponse, status: number, code: string): void => {
    response.statusCode = status;
    response.end(`<Response><Errors><Error><Code>${code}</Code><Message>said</Message></Error></Errors></Response>`);
};
const member = (at: number, startTime: string): string =>
    `<item><snapshotId>snap-0${at}</snapshotId><volumeId>vol-0${at}</volumeId><startTime>${startTime}</startTime></item>`;
const INSTANT = "2026-11-27T10:40:00.123Z";

const order: SetCall = {
    serverId: "i-1",
    exclude: ["vol-07", "vol-08"],
    description: "elastic-drive content set=s1",
    tags: { "elastic-drive:drive": "content", "elastic-drive:set": "s1" },
    timeoutMs: 10_000,
};

describe("a set is made", function () {
    this.timeout(20_000); // loading the SDK
    let fake: FakeEc2;
    beforeEach(() => (fake = new FakeEc2()));
    afterEach(() => fake.close());

    const made = (response: ServerResponse, params: URLSearchParams, ...instants: string[]): void =>
        void response.end(xml(params, `<snapshotSet>${instants.map((at, i) => member(i, at)).join("")}</snapshotSet>`));
    const thrown = async (ec2: SdkEc2, wish: SetCall = order): Promise<DriveError> => {
        const error = await ec2.createSet(wish).then(
            () => assert.fail("it made a set"),
            (refused: DriveError) => refused,
        );
        assert.notEqual(error.details.hint ?? "", "");
        return error;
    };

    it("by one call that names server, exclusions, description and tags, without the root volume", async () => {
        const ec2 = await fake.open((params, response) => made(response, params, INSTANT, INSTANT));
        assert.deepEqual(await ec2.createSet(order), {
            startedAt: INSTANT,
            members: [
                { snapshotId: "snap-00", volumeId: "vol-00" },
                { snapshotId: "snap-01", volumeId: "vol-01" },
            ],
        });
        const [params, ...more] = fake.asked;
        assert.equal(more.length, 0);
        const { Version: _, ...sent } = Object.fromEntries(params!);
        assert.deepEqual(sent, {
            Action: "CreateSnapshots",
            Description: order.description,
            "InstanceSpecification.InstanceId": "i-1",
            "InstanceSpecification.ExcludeBootVolume": "true",
            "InstanceSpecification.ExcludeDataVolumeId.1": "vol-07",
            "InstanceSpecification.ExcludeDataVolumeId.2": "vol-08",
            "TagSpecification.1.ResourceType": "snapshot",
            "TagSpecification.1.Tag.1.Key": "elastic-drive:drive",
            "TagSpecification.1.Tag.1.Value": "content",
            "TagSpecification.1.Tag.2.Key": "elastic-drive:set",
            "TagSpecification.1.Tag.2.Value": "s1",
        });
    });

    for (const code of [
        "ConcurrentSnapshotLimitExceeded",
        "SnapshotCreationPerVolumeRateExceeded",
        "PendingSnapshotLimitExceeded",
        "SnapshotLimitExceeded",
        "RequestLimitExceeded",
    ])
        it(`or not, for now: ${code} is SnapshotsBusy, and is not tried again`, async () => {
            const status = code === "RequestLimitExceeded" ? 503 : 400;
            const ec2 = await fake.open((_, response) => refusal(response, status, code));
            const { code: seen, message } = await thrown(ec2);
            assert.equal(seen, "SnapshotsBusy");
            assert.match(message, new RegExp(code));
            assert.equal(fake.asked.length, 1);
        });

    for (const [seen, code] of [
        ["Ec2Refused", "InvalidParameterValue"],
        ["NotAllowed", "UnauthorizedOperation"],
        ["NoCredentials", "AuthFailure"],
        ["Ec2Refused", "InvalidInstanceID.NotFound"],
    ] as const)
        it(`or refused, and nothing was made: ${code} is ${seen}`, async () => {
            const ec2 = await fake.open((_, response) => refusal(response, 400, code));
            assert.equal((await thrown(ec2)).code, seen);
            assert.equal(fake.asked.length, 1);
        });

    for (const [what, answer] of Object.entries<Answer>({
        "EC2's own fault (500)": (_, response) => refusal(response, 500, "InternalError"),
        "EC2 that is not there (503)": (_, response) => refusal(response, 503, "Unavailable"),
        "a gateway's page": (_, response) => void response.writeHead(502).end("<html>Bad Gateway</html>"),
        "a connection that is cut": (_, _response, request) => void request.socket.destroy(),
        "an answer that is cut": (_, response) => {
            response.writeHead(200, { "content-length": "1000" }).write("<CreateSnapshotsResponse>");
            setTimeout(() => response.destroy(), 50);
        },
        "an answer that is none": (_, response) => void response.end("{}"),
        "a set without members": (params, response) => made(response, params),
        "two instants": (params, response) => made(response, params, INSTANT, "2026-11-27T10:40:00.124Z"),
    }))
        it(`or nobody knows: ${what} is SetUnknown, and is not tried again`, async () => {
            const ec2 = await fake.open(answer);
            assert.equal((await thrown(ec2)).code, "SetUnknown");
            assert.equal(fake.asked.length, 1);
        });

    for (const [what, answer] of Object.entries<Answer>({
        "says nothing": () => undefined,
        "begins and does not end": (_, response) => void response.writeHead(200).write("<CreateSnapshotsResponse>"),
    }))
        it(`or given up in time, when EC2 ${what}: SetUnknown, and the connection is let go`, async () => {
            const closed: Promise<void>[] = [];
            const ec2 = await fake.open((params, response, request) => {
                if (params.get("Action") !== "CreateSnapshots") return void response.end(xml(params, ""));
                closed.push(new Promise((resolve) => request.socket.once("close", () => resolve())));
                answer(params, response, request);
            });
            await ec2.setSnapshots("content"); // the SDK is loaded
            const begun = performance.now();
            const { code, message } = await thrown(ec2, { ...order, timeoutMs: 300 });
            const took = performance.now() - begun;
            assert.equal(code, "SetUnknown");
            assert.match(message, /no answer within/);
            assert.ok(took >= 290 && took < 1_500, `${took} ms`);
            await Promise.all(closed);
        });

    it("or not, and that is known, where nobody listens", async () => {
        const ec2 = await fake.open(() => undefined);
        fake.close();
        assert.equal((await thrown(ec2)).code, "EndpointUnreachable");
    });

    it("or not, and that is known, where the time is over before it is sent: SetNotSent, and nothing is sent later", async () => {
        const home = mkdtempSync(join(tmpdir(), "elastic-drive-"));
        const before = process.env["AWS_CONFIG_FILE"];
        try {
            await fake.open((params, response) => made(response, params, INSTANT));
            assert.equal((await thrown(fake.sdk(), { ...order, timeoutMs: 0 })).code, "SetNotSent");
            process.env["AWS_CONFIG_FILE"] = join(home, "config");
            const keys = '{"Version":1,"AccessKeyId":"lab","SecretAccessKey":"lab"}';
            writeFileSync(join(home, "keys"), keys);
            writeFileSync(
                join(home, "config"),
                `[profile slow]\ncredential_process = sh -c "sleep 1; cat ${home}/keys"\n`,
            );
            const slow = { AWS_PROFILE: "slow", AWS_ACCESS_KEY_ID: undefined };
            assert.equal((await thrown(fake.sdk(slow), { ...order, timeoutMs: 400 })).code, "SetNotSent");
            await new Promise((resolve) => setTimeout(resolve, 1_500));
            assert.equal(fake.asked.length, 0);
            await fake.sdk(slow).createSet(order); // those credentials are good, only slow
            assert.equal(fake.asked.length, 1);
        } finally {
            if (before === undefined) delete process.env["AWS_CONFIG_FILE"];
            else process.env["AWS_CONFIG_FILE"] = before;
            rmSync(home, { recursive: true });
        }
    });

    it("over the connection and by the time of the look before: a clock that is wrong costs no attempt", async () => {
        const seen: { action: string | null; socket: unknown; date: unknown }[] = [];
        const ec2 = await fake.open((params, response, request) => {
            seen.push({ action: params.get("Action"), socket: request.socket, date: request.headers["x-amz-date"] });
            response.sendDate = false;
            response.setHeader("Date", "Tue, 01 Jan 2030 12:00:00 GMT");
            if (params.get("Action") === "CreateSnapshots") made(response, params, INSTANT);
            else response.end(xml(params, ""));
        });
        await ec2.setSnapshots("content");
        await ec2.createSet(order);
        assert.deepEqual(
            seen.map(({ action }) => action),
            ["DescribeSnapshots", "CreateSnapshots"],
        );
        assert.equal(seen[1]!.socket, seen[0]!.socket);
        assert.match(String(seen[1]!.date), /^20300101T1200/);
    });
});

describe("sets are seen", function () {
    this.timeout(20_000);
    let fake: FakeEc2;
    beforeEach(() => (fake = new FakeEc2()));
    afterEach(() => fake.close());

    it("whole, whatever the pages: also empty ones, and what comes twice is there once", async () => {
        const pages = [["1", "2"], [], ["2", "3"]];
        const ec2 = await fake.open((params, response) => {
            const at = Number(params.get("NextToken") ?? "0");
            const items = pages[at]!.map((id) => member(Number(id), INSTANT)).join("");
            const more = at + 1 < pages.length ? `<nextToken>${at + 1}</nextToken>` : "";
            response.end(xml(params, `<snapshotSet>${items}</snapshotSet>${more}`));
        });
        const found = await ec2.setSnapshots("content");
        assert.deepEqual(
            found.map(({ id, startedAt }) => [id, startedAt]),
            ["snap-01", "snap-02", "snap-03"].map((id) => [id, INSTANT]),
        );
        assert.deepEqual(
            fake.asked.map((params) => [params.get("NextToken"), params.get("MaxResults"), params.get("Owner.1")]),
            [null, "1", "2"].map((token) => [token, "1000", "self"]),
        );
    });

    it("with a server that EC2 does not show: ServerNotSeen, never an empty list", async () => {
        const ec2 = await fake.open((params, response) => response.end(xml(params, "<reservationSet/>")));
        await assert.rejects(ec2.attachedVolumes("i-1"), { code: "ServerNotSeen" });
    });
});
