import type { Stack } from "@pulumi/pulumi/automation";
import { READMIT } from "../../infra/model/access";
import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { IoHost } from "../io/host";
import { MSG } from "../io/messages";
import type { Change, StackView } from "../model/observed";
import type { Clock } from "../io/wait";
import type { ConfigEdit, StackConfig } from "./config";
import { editForNow, editSettings, readConfig, settingsFile } from "./config";
import { Events } from "./events";
import { lateModules } from "./late";
import { EngineNotes } from "./notes";
import { packOptions } from "./policies";
import { EngineFailure, errorText, runEngine } from "./spawn";
import { commandUrns, readDeployment, rootUrn } from "./state";
import { translate } from "./translate";
import { inTurn } from "./turn";
import { answerUnread } from "./unread";
import { engineVersion } from "./version";

export interface EngineOptions {
    readonly projectDir: string;
    readonly stack: string;
    readonly env: NodeJS.ProcessEnv;
    readonly host: IoHost;
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    /** Wait for another engine's end so long as it takes. */
    readonly wait?: boolean | undefined;
}

export interface PreviewOptions {
    readonly refresh?: boolean;
    /** Volumes to import, by slot. */
    readonly adopt?: Readonly<Record<string, string>>;
    /** Judge by the policy pack too. */
    readonly policies?: boolean;
}

export interface UpOptions {
    readonly refresh?: boolean;
    readonly adopt?: Readonly<Record<string, string>>;
    /** Run the guest commands again. */
    readonly redo?: boolean;
    /** EC2's time before it, in milliseconds: what is older than an `up` that ended was left by none that was killed later. */
    readonly began?: number | undefined;
}

type Listener = (text: string) => void;

/** The Pulumi engine on this project's folder and one stack, by the automation API's LocalWorkspace. */
export class Engine {
    private opened: Promise<Stack> | undefined;
    private version: Promise<string> | undefined;
    private adopt = "";
    /** The guest's commands are run again, by `--replace`: the program lets none of them make anything. */
    private again = false;
    private began = "";

    private readonly notes: EngineNotes;

    constructor(private readonly options: EngineOptions) {
        this.notes = EngineNotes.of(options.env);
    }

    /** Missing or too old engines are found while the other calls run. */
    checkVersion(): Promise<string> {
        this.version ??= engineVersion({ cwd: this.options.projectDir, env: this.env() });
        return this.version;
    }

    /** Loads what a preview needs while the first looks are under way. */
    warm(): void {
        this.stack().catch(() => undefined); // whoever needs it meets the failure
    }

    async config(): Promise<StackConfig> {
        const [{ stdout }] = await Promise.all([this.run(["config", "--show-secrets", "--json"]), this.checkVersion()]);
        return readConfig(stdout);
    }

    editConfig(edit: ConfigEdit): Promise<void> {
        const file = settingsFile(this.options.projectDir, this.options.stack);
        return editSettings(file, edit, (args, input) => this.run(args, input));
    }

    /** For a change that is still to be agreed to: returns what takes it back, byte for byte. */
    async editForNow(
        edit: ConfigEdit & { readonly drive: DriveConfig },
        before: DriveConfig,
    ): Promise<() => Promise<void>> {
        const file = settingsFile(this.options.projectDir, this.options.stack);
        const undo = await editForNow(file, edit, (args, input) => this.run(args, input));
        return async () => {
            if (!(await undo())) await this.editConfig({ drive: before }); // somebody has written there too: his part stays
        };
    }

    /** Overwrites the settings by those of the last `up`, secrets included. */
    async refreshConfig(): Promise<void> {
        await this.run(["config", "refresh", "--force"]);
    }

    async state(): Promise<StackView> {
        const view = readDeployment(await this.deployment());
        return this.options.env[READMIT] === "yes" ? { ...view, removed: [] } : view;
    }

    /** `secretsProvider`: a key's URL; by itself the backend's own way, or a passphrase. */
    async createStack(secretsProvider?: string): Promise<void> {
        const { stack, projectDir } = this.options;
        await this.checkVersion();
        const by = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
        await this.plain(["stack", "init", stack, "--no-select", ...by], projectDir);
    }

    async removeStack(): Promise<void> {
        await this.plain(["stack", "rm", this.options.stack, "--yes"], this.options.projectDir);
    }

    async preview({ refresh = false, adopt = {}, policies = true }: PreviewOptions): Promise<Change[]> {
        const { projectDir, stack: name, host } = this.options;
        const events = new Events();
        const pack = policies ? await packOptions(projectDir, name) : {};
        await this.adopting(adopt, () =>
            this.guarded(events, (stack) =>
                stack.preview({ refresh, ...pack, onEvent: events.take, ...this.signal() }),
            ),
        );
        for (const one of events.judged())
            host.emit(MSG.POLICY_REMARK(`${one.policy}: ${one.message} (${one.resource})`, one));
        return events.planned();
    }

    async up({ refresh = false, adopt = {}, redo = false, began }: UpOptions): Promise<void> {
        const { projectDir, stack: name, host } = this.options;
        const events = new Events(host);
        const pack = await packOptions(projectDir, name);
        this.began = began === undefined ? "" : new Date(began).toISOString();
        const replace = redo ? commandUrns(await this.deployment()) : [];
        this.again = redo;
        await this.adopting(adopt, () =>
            this.guarded(
                events,
                (stack) => stack.up({ refresh, replace, ...pack, onEvent: events.take, ...this.signal() }),
                { lookAgain: true },
            ),
        );
    }

    /** The program reads from its environment which volumes to import, for this one run. */
    private async adopting(adopt: Readonly<Record<string, string>>, work: () => Promise<void>): Promise<void> {
        this.adopt = Object.keys(adopt).length === 0 ? "" : JSON.stringify(adopt);
        await work().finally(() => {
            this.adopt = "";
            this.again = false;
        });
    }

    /** Nothing in the state is protected any more; nothing is made, changed or deleted by that. */
    async unprotect(): Promise<void> {
        await this.guarded(new Events(), () => this.raw(this.ofStack(["state", "unprotect", "--all", "--yes"])));
    }

    /** With a refresh: what is gone already is no failure. */
    async destroy(): Promise<void> {
        const events = new Events(this.options.host);
        const options = { refresh: true, onEvent: events.take, ...this.signal() };
        await this.guarded(events, async (stack) => stack.destroy(options));
    }

    /** Returns when no other engine is at work on the stack, and half-known creations are out of its state. */
    async settle(): Promise<void> {
        await this.guarded(new Events(), (stack) => this.touch(stack));
    }

    /** Takes the stack's lock for a moment: a refresh of the stack itself asks no provider. */
    private async touch(stack: Stack): Promise<void> {
        const target = rootUrn(await this.deployment());
        const only = target === undefined ? {} : { target: [target] };
        await stack.refresh({ clearPendingCreates: true, ...only, ...this.signal() });
    }

    private async deployment(): Promise<unknown> {
        const { stdout } = await this.run(["stack", "export"]);
        return (JSON.parse(stdout) as { deployment?: unknown }).deployment;
    }

    private async guarded(
        events: Events,
        work: (stack: Stack) => Promise<unknown>,
        { lookAgain = false } = {},
    ): Promise<void> {
        const stack = await this.stack();
        const turn = {
            work: () => work(stack),
            touch: () => this.touch(stack),
            unlock: () => this.run(["cancel", "--yes"]),
        };
        await inTurn({ ...this.options, notes: this.notes }, { ...turn, events, lookAgain });
    }

    /** Loads the automation API late: it takes a second, in which the first calls already run. */
    private stack(): Promise<Stack> {
        this.opened ??= this.open();
        return this.opened;
    }

    private async open(): Promise<Stack> {
        const { projectDir, stack } = this.options;
        const version = await this.checkVersion();
        const { LocalWorkspace } = await import("@pulumi/pulumi/automation/localWorkspace.js");
        const command = {
            command: "pulumi",
            version: { toString: () => version },
            run: (
                args: string[],
                cwd: string,
                env: NodeJS.ProcessEnv,
                onOutput?: Listener,
                onError?: Listener,
                signal?: AbortSignal,
            ) => {
                const unread = answerUnread(args);
                if (unread !== undefined) return Promise.resolve({ stdout: unread, stderr: "", code: 0 });
                return runEngine([...args, "--non-interactive"], {
                    cwd,
                    env: { ...this.env(), ...env },
                    onOutput,
                    onError,
                    signal,
                });
            },
        };
        const workspace = await LocalWorkspace.create({
            workDir: projectDir,
            pulumiCommand: command as never,
        });
        const { Stack } = await import("@pulumi/pulumi/automation/stack.js");
        return Stack.select(stack, workspace);
    }

    private signal(): { signal?: AbortSignal } {
        return this.options.signal === undefined ? {} : { signal: this.options.signal };
    }

    private ofStack(args: readonly string[]): string[] {
        return [...args, "--stack", this.options.stack];
    }

    private async run(args: readonly string[], input?: string): Promise<{ stdout: string }> {
        return this.plain(this.ofStack(args), this.options.projectDir, input);
    }

    /** Fails in the engine's own words. */
    private raw(args: readonly string[], cwd = this.options.projectDir, input?: string): Promise<{ stdout: string }> {
        return runEngine([...args, "--non-interactive"], {
            cwd,
            env: this.env(),
            ...(input === undefined ? {} : { input }),
        });
    }

    private async plain(args: readonly string[], cwd: string, input?: string): Promise<{ stdout: string }> {
        try {
            return await this.raw(args, cwd, input);
        } catch (error) {
            if (error instanceof EngineFailure && error.code === 127) await this.checkVersion();
            throw error instanceof DriveError ? error : translate(errorText(error), error);
        }
    }

    private env(): NodeJS.ProcessEnv {
        return {
            ...this.options.env,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            ...lateModules(this.options.env),
            ...this.notes.forTether(),
            ...(this.adopt === "" ? {} : { ELASTIC_DRIVE_ADOPT: this.adopt }),
            ...(this.again ? { ELASTIC_DRIVE_AGAIN: "yes" } : {}),
            ...(this.began === "" ? {} : { ELASTIC_DRIVE_BEGAN: this.began }),
        };
    }
}
