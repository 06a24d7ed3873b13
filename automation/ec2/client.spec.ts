import * as assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SdkEc2 } from "./client";

/** 2030-01-01: no clock of this machine. */
const DATE = "Tue, 01 Jan 2030 12:00:00 GMT";
const NOW = Date.parse(DATE);

/** Answers what it is asked about so many volumes, and remembers the questions. */
class FakeEc2 {
    readonly asked: URLSearchParams[] = [];
    private readonly server: Server;

    constructor(
        private readonly volumes: number,
        private readonly date: string | undefined,
    ) {
        this.server = createServer((request, response) => {
            let body = "";
            request.on("data", (chunk: Buffer) => (body += chunk.toString()));
            request.on("end", () => {
                const params = new URLSearchParams(body);
                this.asked.push(params);
                response.sendDate = false;
                if (this.date !== undefined) response.setHeader("Date", this.date);
                response.end(this.answer(params));
            });
        });
    }

    async listen(): Promise<NodeJS.ProcessEnv> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        const { port } = this.server.address() as AddressInfo;
        return {
            AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
            AWS_ACCESS_KEY_ID: "lab",
            AWS_SECRET_ACCESS_KEY: "lab",
        };
    }

    close(): void {
        this.server.close();
        this.server.closeAllConnections();
    }

    of(action: string): URLSearchParams[] {
        return this.asked.filter((params) => params.get("Action") === action);
    }

    private answer(params: URLSearchParams): string {
        const action = params.get("Action")!;
        return `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${this.inner(action, params)}</${action}Response>`;
    }

    /** Modifications come in two pages. */
    private inner(action: string, params: URLSearchParams): string {
        if (action === "DescribeVolumes") {
            const items = Array.from(
                { length: this.volumes },
                (_, at) => `<item><volumeId>${id(at)}</volumeId></item>`,
            );
            return `<volumeSet>${items.join("")}</volumeSet>`;
        }
        if (action !== "DescribeVolumesModifications") return "";
        const values = valuesOf(params);
        const isSecond = params.get("NextToken") !== null;
        const half = Math.ceil(values.length / 2);
        const items = (isSecond ? values.slice(half) : values.slice(0, half)).map(
            (volume) => `<item><volumeId>${volume}</volumeId><startTime>2029-12-31T12:00:00.000Z</startTime></item>`,
        );
        const more = isSecond ? "" : "<nextToken>more</nextToken>";
        return `<volumeModificationSet>${items.join("")}</volumeModificationSet>${more}`;
    }
}

const id = (at: number): string => `vol-${String(at).padStart(8, "0")}`;
const valuesOf = (params: URLSearchParams): string[] =>
    [...params].filter(([key]) => key.startsWith("Filter.1.Value.")).map(([, value]) => value);

describe("the adapter to EC2", function () {
    this.timeout(20_000); // loading the SDK
    let fake: FakeEc2;
    afterEach(() => fake.close());

    const open = async (volumes: number, date: string | undefined = DATE): Promise<SdkEc2> => {
        fake = new FakeEc2(volumes, date);
        return new SdkEc2({ region: "us-east-1", env: await fake.listen() });
    };

    it("asks for the modifications of the drive's volumes alone, two hundred a time, all pages", async () => {
        const ec2 = await open(450);
        const { volumes } = await ec2.view("content", { parts: false });
        assert.equal(volumes.filter(({ modifiedAt }) => modifiedAt === "2029-12-31T12:00:00.000Z").length, 450);
        const asked = fake.of("DescribeVolumesModifications");
        assert.deepEqual(
            asked.map((params) => [params.get("Filter.1.Name"), valuesOf(params).length]),
            [200, 200, 200, 200, 50, 50].map((count) => ["volume-id", count]),
        );
    });

    it("asks for none where there is no volume", async () => {
        const ec2 = await open(0);
        await ec2.view("content", { parts: false });
        assert.equal(fake.of("DescribeVolumesModifications").length, 0);
    });

    it("tells the time by EC2's answers, and keeps a volume until a time of EC2's", async () => {
        const ec2 = await open(1);
        assert.equal((await ec2.view("content", { parts: false })).readAt, NOW);
        await ec2.keep(id(0), 48);
        const until = Date.parse(fake.of("CreateTags")[0]!.get("Tag.1.Value")!);
        assert.ok(until >= NOW + 48 * 3_600_000 && until < NOW + 49 * 3_600_000, new Date(until).toISOString());
    });

    it("decides nothing by this machine's clock where EC2 does not say the time", async () => {
        const ec2 = await open(1, "");
        assert.equal((await ec2.view("content", { parts: false })).readAt, undefined);
        await assert.rejects(ec2.keep(id(0), 48), { code: "Ec2TimeUnknown" });
        assert.equal(fake.of("CreateTags").length, 0);
    });
});
