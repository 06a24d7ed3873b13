import { Command, Option, type CommanderError } from "commander";
import { resolve } from "node:path";
import type { IoHost } from "../index";
import { Drive, HOWS, JsonHost, TerminalHost } from "../index";
import { BACKUP_EXAMPLES, BACKUPS_EXAMPLES, backupsVerb, backupVerb } from "./backup";
import { AUTOGROW_EXAMPLES, autogrowVerb, oneLine } from "./autogrow";
import type { InitFlags } from "./flags";
import { initInput } from "./flags";
import type { ChangeFlags, GrowthFlags } from "./growth";
import { changeFlags, changeInput, growInput, growthFlags, KEEP } from "./growth";
import { moveVerbs, ON_STOP, onStop } from "./moves";
import { POLICY_EXAMPLES, policyVerb } from "./policy";
import { findProject, version } from "./project";
import { UsageFault } from "./report";

export interface Invocation {
    readonly signal: AbortSignal;
    readonly json: boolean;
    readonly yes: boolean;
    /** Where a verb ends well with another code than 0. */
    readonly exit: (code: number) => void;
}

interface Common {
    readonly stack?: string;
    readonly cwd?: string;
    /** The drive's name, beside --yes. */
    readonly name?: string;
    readonly wait?: boolean;
    readonly onStop?: string;
}

/** Thin: parse, call, render. What is decided is decided in the library. */
export function program(invocation: Invocation): Command {
    const root = new Command("elastic-drive")
        .description("One shared drive for a team on AWS: it starts small and grows while it is used")
        .option("-s, --stack <name>", "the Pulumi stack of the drive (default: the only one in stacks/)")
        .option("--cwd <folder>", "the project's folder (default: found from here upwards, else the program's own)")
        .option("--json", "JSON lines, one message a line, for programs")
        .option("-y, --yes", "agree to what is planned without being asked")
        .option("--wait", "wait for another driver's end instead of leaving")
        .option("--debug", "show stack traces")
        .version(version())
        .helpCommand("help [command]", "show the help of a command")
        .configureHelp({ helpWidth: 100, showGlobalOptions: true })
        .addHelpText("after", GENERAL)
        .exitOverride(usage)
        .configureOutput({ outputError: () => undefined });

    const drive = (command: Command, newStack = false, filter = (all: IoHost): IoHost => all): Drive => {
        const { stack, cwd, name, wait, onStop: stop } = command.optsWithGlobals<Common>();
        const projectDir = findProject(cwd === undefined ? undefined : resolve(cwd), newStack);
        return new Drive({
            projectDir: projectDir.folder,
            stack: projectDir.stack(stack),
            host: filter(host({ ...invocation, typed: name })),
            signal: invocation.signal,
            wait,
            onAbort: onStop(stop),
        });
    };
    const verb = (name: string, about: string, examples: readonly (readonly [string, string])[]): Command =>
        root
            .command(name)
            .description(about)
            .exitOverride(usage)
            .allowExcessArguments(false)
            .addHelpText("after", exampleText(examples));
    /** Global options may stand before or after the verb. */
    const plain = (
        name: string,
        about: string,
        examples: readonly (readonly [string, string])[],
        run: (drive: Drive) => Promise<unknown>,
    ): void => {
        common(verb(name, about, examples)).action(async (_options: unknown, command: Command) => {
            await run(drive(command));
        });
    };

    common(initFlags(verb("init", "write a new stack: image pinned, keys made", INIT_EXAMPLES))).action(
        async (flags: InitFlags, command: Command) => {
            await drive(command, true).init(initInput(flags));
        },
    );
    common(verb("preview", "show what up would do; changes nothing", [["What would change", "elastic-drive preview"]]))
        .option("--readmit", "as up --readmit would")
        .action(async ({ readmit }: { readmit?: true }, command: Command) => {
            await drive(command).preview({ readmit });
        });
    common(verb("up", "make the drive as configured; goes on after any interruption", UP_EXAMPLES))
        .option(...ON_STOP)
        .option("--readmit", "let networks and keys come back that an up has taken away")
        .action(async ({ readmit }: { readmit?: true }, command: Command) => {
            await drive(command).up({ readmit });
        });
    plain(
        "status",
        "one screen: fill level, slots, server, clients, what to do next",
        [["For programs", "elastic-drive status --json"]],
        (it) => it.status(),
    );
    common(
        growthFlags(
            verb("plan", "every way to a larger drive: price, time, risk, what is not possible", PLAN_EXAMPLES),
        ),
    ).action(async (flags: GrowthFlags, command: Command) => {
        await drive(command).plan(growInput(flags));
    });
    common(growthFlags(verb("grow", "make the drive larger while it is used", GROW_EXAMPLES)))
        .option("--how <way>", `${HOWS.join(", ")} (default: what plan chooses)`)
        .option(...KEEP)
        .option(...ON_STOP)
        .action(async (flags: GrowthFlags, command: Command) => {
            await drive(command).grow(growInput(flags));
        });
    autogrowVerb(
        common(verb("autogrow", "for a timer: grow at a fill level, up to a ceiling", AUTOGROW_EXAMPLES)),
        (command) => drive(command, false, invocation.json ? undefined : oneLine),
        invocation.exit,
    );
    backupVerb(
        common(verb("backup", "take a backup set: all volumes, of one instant", BACKUP_EXAMPLES)),
        drive,
        invocation.exit,
    );
    backupsVerb(
        common(verb("backups", "the backup sets, and why each is kept", BACKUPS_EXAMPLES)),
        drive,
        invocation.exit,
    );
    common(changeFlags(verb("change", "size, type, IOPS or throughput of one slot's volume", CHANGE_EXAMPLES)))
        .argument("<slot>", "the slot, such as bb")
        .action(async (slot: string, flags: ChangeFlags, command: Command) => {
            await drive(command).change(changeInput(slot, flags));
        });
    moveVerbs((...of) => common(verb(...of)), drive);
    plain(
        "rehost",
        "replace the server: new image or type, same volumes and address",
        [["After a change of server.imageId", "elastic-drive rehost"]],
        (it) => it.rehost(),
    );
    plain(
        "pull",
        "bring this checkout's configuration up to date from the backend",
        [["In a second checkout", "elastic-drive pull --stack content"]],
        (it) => it.pull(),
    );
    common(verb("destroy", "delete the drive and its data; asks for stack/name", DESTROY_EXAMPLES))
        .option("--name <name>", "stack and drive, as stack/name, beside --yes, where nobody can be asked")
        .action(async (_options: unknown, command: Command) => {
            await drive(command).destroy();
        });
    common(
        verb("log", "what was done from this machine", [["The last five", "elastic-drive log -n 5"]]).option(
            "-n, --lines <count>",
            "how many",
            "50",
        ),
    ).action(async (options: { lines: string }, command: Command) => {
        if (!/^[1-9]\d*$/.test(options.lines))
            throw new UsageFault(`--lines is '${options.lines}', expected a whole number of at least 1`);
        await drive(command).log(Number(options.lines));
    });
    policyVerb(verb("policy", "print the IAM policy that the operator of a drive needs", POLICY_EXAMPLES), (message) =>
        // Unfolded: it goes into a file.
        host({ ...invocation, typed: undefined }, Infinity).emit(message),
    );
    root.command("lab").description(
        "an EC2 on one's own machine: start, status, stop, env, ssh, fault (elastic-drive lab help)",
    );
    return root;
}

function host({ json, yes, typed }: Invocation & { typed: string | undefined }, width?: number): IoHost {
    if (json) return new JsonHost((line) => process.stdout.write(line), { yes, typed });
    return new TerminalHost({ out: process.stdout, err: process.stderr, in: process.stdin }, { yes, typed }, width);
}

const collect = (value: string, all: readonly string[] | undefined): string[] => [...(all ?? []), value];

function common(command: Command): Command {
    const option = (flags: string, about: string): Option =>
        new Option(flags, about).helpGroup("Options of every command:");
    return command
        .addOption(option("-s, --stack <name>", "the Pulumi stack of the drive (default: the only one in stacks/)"))
        .addOption(option("--cwd <folder>", "the project's folder"))
        .addOption(option("--json", "JSON lines for programs"))
        .addOption(option("-y, --yes", "agree beforehand"))
        .addOption(option("--wait", "wait for another driver's end (default: leave, and say whose)"))
        .addOption(option("--debug", "show stack traces"))
        .configureHelp({ helpWidth: 100 });
}

function initFlags(command: Command): Command {
    return command
        .requiredOption("--name <name>", "the drive's name, for ever")
        .option("--zone <zone>", "availability zone (default: the subnet's)")
        .option("--subnet <id>", "subnet (default: the zone's default one)")
        .option("--region <region>", "region (default: the zone's, else AWS_REGION)")
        .option("--instance-type <type>", "server type", "m7i.large")
        .option("--image <id>", "image (default: the newest Debian 13, pinned)")
        .option("--slots <list>", "volumes: slot=GiB or slot=GiB:type, by commas", "ba=8,bb=8")
        .option("--clients <cidrs>", "CIDRs or addresses of the web servers", collect)
        .option("--ssh-from <cidrs>", "CIDRs that may reach ssh: this machine, whoever uploads (at least one)", collect)
        .option("--public-address", "put an elastic IP on the drive's address")
        .option("--lease <seconds>", "nfsd's lease and grace")
        .option("--uid <uid>", "owner of uploaded files")
        .option("--gid <gid>", "group of uploaded files")
        .option("--secrets-provider <url>", "what encrypts the stack's secrets: awskms://… (default: a passphrase)")
        .option(
            "--upload-user <name=key>",
            "an upload account and its public key or key file; again for a further key",
            collect,
        );
}

function usage(error: CommanderError): never {
    if (error.exitCode === 0 || error.code === "commander.help") throw error;
    throw new UsageFault(error.message.replace(/^error: /, ""), "elastic-drive help");
}

function exampleText(examples: readonly (readonly [string, string])[]): string {
    return `\nExamples:\n${examples.map(([about, line]) => `  # ${about}\n  ${line}`).join("\n")}`;
}

const INIT_EXAMPLES = [
    [
        "Two volumes for a subnet of web servers",
        "elastic-drive init --stack content --name content --zone us-east-1a \\\n      --slots ba=8,bb=8 --clients 10.0.0.0/16 --ssh-from 203.0.113.0/24",
    ],
    [
        "With an account for uploads",
        "elastic-drive init --stack content --name content \\\n      --clients 10.0.0.0/16 --ssh-from 203.0.113.0/24 --upload-user designers=~/.ssh/id_ed25519.pub",
    ],
] as const;

const UP_EXAMPLES = [["Bring it up unasked", "elastic-drive up --yes"]] as const;
const PLAN_EXAMPLES = [["What 4 TiB would cost, and how", "elastic-drive plan --to 4TiB"]] as const;
const GROW_EXAMPLES = [
    ["To 4 TiB, the way plan chooses", "elastic-drive grow --to 4TiB"],
    ["By a further volume", "elastic-drive grow --by 500GiB --how add"],
] as const;
const CHANGE_EXAMPLES = [
    ["Faster, in one modification", "elastic-drive change bb --type gp3 --iops 6000 --throughput 500"],
] as const;

const DESTROY_EXAMPLES = [
    ["For good", "elastic-drive destroy"],
    ["From a script", "elastic-drive destroy --stack prod --yes --name prod/content"],
] as const;

const GENERAL = `
Examples:
  elastic-drive init --stack content --name content --zone us-east-1a \\
      --clients 10.0.0.0/16 --ssh-from 203.0.113.0/24
  elastic-drive up
  elastic-drive status

Exit codes: 0 done; 1 failed, refused or declined; 2 faults in the command line or the configuration`;
