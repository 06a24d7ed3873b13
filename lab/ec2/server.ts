import { type Calls } from "./calls";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { callerIdentity, type Accounts } from "./accounts";
import { ACTIONS, isOwned } from "./actions";
import type { Control } from "./control";
import { Ec2Error } from "./errors";
import type { Fault, Faults } from "./faults";
import type { Moto } from "./moto";
import type { MotoTypes } from "./moto-types";
import { Params } from "./params";
import { REGION, ZONES } from "./seeds";
import { answer, errorAnswer } from "./xml";

export interface ServerParts {
    readonly accounts: Accounts;
    readonly faults: Faults;
    readonly calls: Calls;
    readonly control: Control;
    /** Undefined: what the lab does not own is refused (specs). */
    readonly moto?: { readonly server: Moto; readonly types: MotoTypes } | undefined;
    readonly log: (line: string) => void;
}

interface Answer {
    readonly status: number;
    readonly contentType: string;
    readonly body: string | Buffer;
}

const LARGEST_BODY = 4 * 1024 * 1024;
const xmlAnswer = (status: number, body: string): Answer => ({ status, contentType: "text/xml;charset=UTF-8", body });

export function ec2Server(parts: ServerParts): Server {
    return createServer((request, response) => {
        serve(parts, request, response).catch((error: Error) => {
            parts.log(`${request.method} ${request.url}: ${error.stack ?? error.message}`);
            if (!response.headersSent) {
                write(response, xmlAnswer(500, errorAnswer("InternalError", error.message, randomUUID())));
            }
        });
    });
}

/** What a browser may call this endpoint by; the daemon listens on 127.0.0.1 alone. */
const OWN_NAMES = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/**
 * Why a request comes from a web page, or undefined. A page may send a simple POST to any address of its visitor's machine,
 * and a name that it owns may lead there: the one says whence it comes (Origin), the other by which name it came (Host).
 * No SDK, engine or command line sends an Origin.
 */
function foreign({ headers }: IncomingMessage): string | undefined {
    if (headers.origin !== undefined) return `it comes from a web page (Origin: ${headers.origin})`;
    return OWN_NAMES.test(headers.host ?? "") ? undefined : `it is for another host (Host: ${headers.host ?? "none"})`;
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const why = foreign(request);
    if (why !== undefined) {
        const message = `this lab answers programs of its own host at 127.0.0.1: ${why}`;
        const body = `${JSON.stringify({ code: "ForeignRequest", message })}\n`;
        request.resume();
        write(response, { status: 403, contentType: "application/json", body });
        return;
    }
    const body = await readBody(request);
    const url = request.url ?? "/";
    if (url.startsWith("/_lab/")) {
        const reply = await parts.control(request.method ?? "GET", url.slice("/_lab".length), body);
        write(response, {
            status: reply.status,
            contentType: "application/json",
            body: `${JSON.stringify(reply.body)}\n`,
        });
        return;
    }
    const scope = /Credential=([^/,\s]+)\/\d{8}\/([^/]*)\/([^/]*)\/aws4_request/.exec(
        request.headers.authorization ?? "",
    );
    const [, accessKey = "", region, service] = scope ?? [];
    if (service === "sts" && /\bAction=GetCallerIdentity\b/.test(body)) {
        write(response, xmlAnswer(200, callerIdentity(accessKey, randomUUID())));
        return;
    }
    if (service !== undefined && service !== "ec2") {
        write(response, await passOn(parts, request, body));
        return;
    }
    const params = Params.parse(body === "" ? (url.split("?")[1] ?? "") : body);
    const action = params.text("Action") ?? "";
    parts.calls.note(action);
    const fault = parts.faults.take(action);
    if (fault?.kind === "lost-before") {
        request.socket.destroy();
        return;
    }
    const reply = await answerEc2(parts, { request, body, params, action, accessKey, region, fault });
    if (fault?.kind === "lost-after") {
        request.socket.destroy();
        return;
    }
    write(response, reply);
}

interface Asked {
    readonly request: IncomingMessage;
    readonly body: string;
    readonly params: Params;
    readonly action: string;
    readonly accessKey: string;
    readonly region: string | undefined;
    readonly fault: Fault | undefined;
}

async function answerEc2(parts: ServerParts, asked: Asked): Promise<Answer> {
    const requestId = randomUUID();
    const { action, params, fault } = asked;
    try {
        requireSignature(asked.region);
        if (action === "") {
            throw new Ec2Error("MissingAction", "The request is missing an action");
        }
        meet(fault);
        if (ACTIONS[action] !== undefined) {
            const met = fault?.kind === "fails" ? { failsAfter: fault.seconds * 1000 } : {};
            const slowBy = fault?.kind === "stuck" ? STUCK : fault?.kind === "slow" ? fault.seconds * 1000 : 0;
            const lab = await parts.accounts.lab(asked.accessKey);
            const run =
                fault?.kind === "stale" ? lab.runStale(action, params) : lab.run(action, params, { ...met, slowBy });
            return xmlAnswer(200, answer(action, requestId, await run));
        }
        if (isOwned(action) || parts.moto === undefined) {
            throw new Ec2Error(
                "InvalidAction",
                `The action ${action} is not valid for this web service (the lab does not have it).`,
            );
        }
        if (action === "DescribeInstanceTypes") {
            return await describeTypes(parts, asked, requestId);
        }
        const passed = await passOn(parts, asked.request, asked.body);
        return action === "DescribeInstanceTypeOfferings" ? inOurZones(passed) : passed;
    } catch (error) {
        if (!(error instanceof Ec2Error)) {
            parts.log(`${action}: ${(error as Error).stack ?? (error as Error).message}`);
        }
        const { code, status } = error instanceof Ec2Error ? error : { code: "InternalError", status: 500 };
        return xmlAnswer(status, errorAnswer(code, (error as Error).message, requestId));
    }
}

/** Longer than any lab lives, short enough for a date. */
const STUCK = 1e15;

function requireSignature(region: string | undefined): void {
    if (region === undefined) {
        throw new Ec2Error(
            "AuthFailure",
            "AWS was not able to validate the provided access credentials (the request is not signed)",
            401,
        );
    }
    if (region !== REGION) {
        throw new Ec2Error(
            "AuthFailure",
            `Credential should be scoped to a valid region, not '${region}': the lab is ${REGION}`,
            401,
        );
    }
}

function meet(fault: Fault | undefined): void {
    if (fault?.kind === "throttle") {
        throw new Ec2Error("RequestLimitExceeded", "Request limit exceeded.", 503);
    }
    if (fault?.kind === "error") {
        throw new Ec2Error("InternalError", "An internal error has occurred", 500);
    }
}

/** Types asked for by name come from the cache, one by one; any other question goes to moto. */
async function describeTypes(parts: ServerParts, asked: Asked, requestId: string): Promise<Answer> {
    const names = asked.params.list("InstanceType");
    const types = parts.moto?.types;
    const bare = asked.params.structs("Filter").length === 0 && asked.params.text("NextToken") === undefined;
    if (types === undefined || names.length === 0 || !bare) {
        return passOn(parts, asked.request, asked.body);
    }
    const items = await Promise.all(names.map((name) => types.item(name)));
    const unknown = names.filter((_, index) => items[index] === undefined);
    if (unknown.length > 0) {
        throw new Ec2Error(
            "InvalidInstanceType",
            `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
        );
    }
    const set = items.map((item) => `<item>${item ?? ""}</item>`).join("");
    const whole = answer(asked.action, requestId, { instanceTypeSet: undefined });
    return xmlAnswer(
        200,
        whole.replace(
            `</${asked.action}Response>`,
            `<instanceTypeSet>${set}</instanceTypeSet></${asked.action}Response>`,
        ),
    );
}

/** moto's region has more zones than the lab's: an offer in a zone that is not there would be kinder than EC2. */
function inOurZones(passed: Answer): Answer {
    const text = passed.body.toString();
    const ours = text.replace(
        /<item>(?:(?!<item>).)*?<location>([a-z0-9-]+)<\/location><\/item>/gs,
        (item, location: string) => (location === REGION || Object.hasOwn(ZONES, location) ? item : ""),
    );
    return { ...passed, body: ours };
}

async function passOn(parts: ServerParts, request: IncomingMessage, body: string): Promise<Answer> {
    if (parts.moto === undefined) {
        return xmlAnswer(501, errorAnswer("UnsupportedOperation", "this lab has EC2 only", randomUUID()));
    }
    const { host: _host, connection: _connection, ...headers } = request.headers;
    delete headers["transfer-encoding"];
    return parts.moto.server.forward(request.method ?? "POST", request.url ?? "/", headers, body);
}

function readBody(request: IncomingMessage): Promise<string> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let size = 0;
        request.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > LARGEST_BODY) {
                request.destroy();
                reject(new Error(`request larger than ${LARGEST_BODY} bytes`));
            }
            chunks.push(chunk);
        });
        request.on("end", () => resolve(Buffer.concat(chunks).toString()));
        request.on("error", reject);
    });
}

function write(response: ServerResponse, reply: Answer): void {
    response.writeHead(reply.status, {
        "content-type": reply.contentType,
        "content-length": Buffer.byteLength(reply.body),
    });
    response.end(reply.body);
}
