import { DriveError } from "../../infra/model/errors";
import type { Hardware } from "../hardware";
import { DELAY_PROFILES, type DelayProfile, type Delays } from "./delays";
import type { Faults } from "./faults";
import type { Lab } from "./lab";
import { interfacesOf, publicAddressesOf } from "./network";
import type { Calls } from "./calls";
import { tagsOf } from "./tags";

export interface ControlReply {
    readonly status: number;
    readonly body: unknown;
}
export type Control = (method: string, path: string, body: string) => Promise<ControlReply>;

export interface ControlParts {
    readonly lab: Lab;
    readonly hardware: Hardware;
    readonly faults: Faults;
    readonly calls: Calls;
    /** What the daemon adds to the status: version, process, folders. */
    readonly about: () => Readonly<Record<string, unknown>>;
}

type Route = (parts: ControlParts, body: Readonly<Record<string, unknown>>, rest: string) => unknown;

/** `/_lab/…`: what EC2 has no word for. */
const ROUTES: Readonly<Record<string, Route>> = {
    "GET /status": ({ about, lab }) => ({
        ...about(),
        instances: instances(lab),
        volumes: volumes(lab),
        delays: lab.delays,
        limits: lab.limits,
    }),
    "GET /faults": ({ faults }) => faults.list(),
    "POST /faults": ({ faults }, body) => faults.add(body),
    "DELETE /faults": ({ faults }) => (faults.clear(), []),
    "GET /calls": ({ calls }) => calls.list(),
    "DELETE /calls": ({ calls }) => (calls.reset(), {}),
    "POST /delays": ({ lab }, body) => (lab.delays = readDelays(body, lab.delays)),
    "POST /limits": ({ lab }, body) => Object.assign(lab.limits, readNumbers(body, lab.limits, "limit")),
    "POST /modifications": ({ lab }, body) => age(lab, body["olderByHours"]),
    "GET /keys": ({ lab }) => lab.keys.list(),
    "POST /keys": ({ lab }, body) => lab.keys.set(body),
    "POST /slow": async ({ hardware }, body, id) => {
        const { requestsPerSecond } = readNumbers(body, { requestsPerSecond: 0 }, "speed");
        await hardware.slowDisk(id, requestsPerSecond ?? 0);
        return {};
    },
    "POST /access": ({ hardware }, body, id) => hardware.admit(id, readUser(body)),
    "GET /console": async ({ hardware }, _body, id) => ({ text: await hardware.console(id) }),
};

export const controlOf =
    (parts: ControlParts): Control =>
    async (method, path, text) => {
        const [, name = "", rest = ""] = path.split("/");
        const route = ROUTES[`${method} /${name}`];
        if (route === undefined) {
            return {
                status: 404,
                body: {
                    code: "UnknownControl",
                    message: `${method} ${path}: expected one of ${Object.keys(ROUTES).join(", ")}`,
                },
            };
        }
        try {
            const body = text === "" ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
            return { status: 200, body: await route(parts, body, rest) };
        } catch (error) {
            const code = error instanceof DriveError ? error.code : "BadRequest";
            return { status: 400, body: { code, message: (error as Error).message } };
        }
    };

function readUser({ user }: Readonly<Record<string, unknown>>): string {
    if (typeof user === "string" && /^[a-z_][a-z0-9_-]*$/.test(user)) return user;
    throw new DriveError("InvalidSetting", `user is '${String(user)}': expected the name of an account`);
}

function readDelays(body: Readonly<Record<string, unknown>>, old: Delays): Delays {
    const { profile, ...single } = body;
    if (profile !== undefined && !Object.hasOwn(DELAY_PROFILES, String(profile))) {
        throw new DriveError(
            "UnknownDelays",
            `profile '${String(profile)}': expected ${Object.keys(DELAY_PROFILES).join(" or ")}`,
        );
    }
    const base: Delays = profile === undefined ? old : DELAY_PROFILES[profile as DelayProfile];
    return { ...base, ...readNumbers(single, base, "delay") };
}

function readNumbers<T extends Readonly<Record<keyof T, number>>>(
    body: Readonly<Record<string, unknown>>,
    known: T,
    what: string,
): Partial<T> {
    for (const [name, value] of Object.entries(body)) {
        if (!Object.hasOwn(known, name) || !Number.isInteger(value) || (value as number) < 0) {
            throw new DriveError(
                "InvalidSetting",
                `${what} '${name}' = '${String(value)}': expected a whole number for one of ${Object.keys(known).join(", ")}`,
            );
        }
    }
    return body as Partial<T>;
}

async function age(lab: Lab, hours: unknown): Promise<object> {
    if (typeof hours !== "number" || !Number.isInteger(hours) || hours < 1) {
        throw new DriveError("InvalidSetting", `olderByHours is '${String(hours)}': expected whole hours, 1 or more`);
    }
    await lab.ageModifications(hours * 3_600_000);
    return {};
}

function instances(lab: Lab): unknown[] {
    const { state } = lab;
    return Object.values(state.instances)
        .filter((instance) => instance.state !== "terminated")
        .map((instance) => ({
            id: instance.id,
            name: tagsOf(state, instance.id).Name,
            state: instance.state,
            type: instance.instanceType,
            zone: instance.zone,
            privateIp: interfacesOf(state, instance.id)[0]?.privateIp,
            publicIps: publicAddressesOf(state, instance),
        }));
}

function volumes(lab: Lab): unknown[] {
    const { state } = lab;
    return Object.values(state.volumes).map((volume) => ({
        id: volume.id,
        name: tagsOf(state, volume.id).Name,
        state: volume.state,
        size: volume.size,
        type: volume.type,
        attachedTo: volume.attachment?.instanceId,
        device: volume.attachment?.device,
        attachment: volume.attachment?.state,
        modification: volume.modifications.at(-1)?.state,
    }));
}
