import type { Command } from "commander";
import { VOLUME_TYPES } from "../../infra/model/volume-types";
import {
    type ConsolidateInput,
    type Drive,
    type OnAbort,
    type PaceInput,
    type ReplaceInput,
    REPLACE_HOWS,
} from "../index";
import {
    type ChangeFlags,
    changeFlags,
    count,
    IOPS,
    KEEP,
    kindInput,
    oneOf,
    THROUGHPUT,
    throughput,
    volumeInput,
    whole,
} from "./growth";

interface ReplaceFlags extends ChangeFlags {
    readonly with?: string;
    readonly how?: string;
    readonly keep?: string;
    readonly onStop?: string;
}

interface ConsolidateFlags {
    readonly keep?: string;
    readonly into: string;
    readonly type?: string;
    readonly iops?: string;
    readonly throughput?: string;
}

const STOPS = ["leave", "pause"] as const satisfies readonly OnAbort[];

/** For every verb that may watch a move. */
export const ON_STOP = [
    "--on-stop <what>",
    "on Ctrl-C a running move is left to go on on the server (leave), or rests there (pause)",
    "leave",
] as const;

/** Undefined where the verb has no such flag. */
export function onStop(text: string | undefined): OnAbort | undefined {
    const faults: string[] = [];
    return whole({ chosen: oneOf("--on-stop", text, STOPS, faults) }, faults).chosen;
}

type Examples = readonly (readonly [string, string])[];
type Verb = (name: string, about: string, examples: Examples) => Command;

/** The verbs that move data between volumes. */
export function moveVerbs(verb: Verb, drive: (command: Command) => Drive): void {
    changeFlags(
        verb(
            "replace",
            "another volume in place of a slot's: its data moves, online, or as a copy, offline",
            REPLACE_EXAMPLES,
        ),
    )
        .argument("<slot>", "the slot that goes, such as bb")
        .option("--with <size/type>", "short for --size and --type: 16GiB, gp3, 16GiB/gp3")
        .option(
            "--how <way>",
            "move (online), or snapshot: a copy of the volume takes its place, with downtime",
            "move",
        )
        .option(...KEEP)
        .option(...ON_STOP)
        .action(async (slot: string, flags: ReplaceFlags, command: Command) => {
            await drive(command).replace(replaceInput(slot, flags));
        });
    verb("consolidate", "few volumes in place of all there are: their data moves, online", CONSOLIDATE_EXAMPLES)
        .requiredOption("--into <count>", "so many volumes, as large together as all of today's")
        .option(...KEEP)
        .option(...ON_STOP)
        .option("--type <type>", `${VOLUME_TYPES.join(", ")} (default: as the largest volume)`)
        .option(...IOPS)
        .option(...THROUGHPUT)
        .action(async (flags: ConsolidateFlags, command: Command) => {
            await drive(command).consolidate(consolidateInput(flags));
        });
    verb(
        "cancel",
        "end a move or a copy: what was moved goes back where it can; a copied volume stays as it was",
        CANCEL_EXAMPLES,
    ).action(async (_flags: unknown, command: Command) => {
        await drive(command).cancel();
    });
    verb("gc", "delete kept volumes that are due", GC_EXAMPLES)
        .option("--all", "also those that are to be kept for longer")
        .action(async (flags: { all?: boolean }, command: Command) => {
            await drive(command).gc(flags);
        });
    verb("pace", "how fast a running move may go", PACE_EXAMPLES)
        .argument("<rate>", "at most so many MiB/s, such as 20 or 20MiB/s, or full")
        .action(async (rate: string, _flags: unknown, command: Command) => {
            await drive(command).pace(paceInput(rate));
        });
    verb("pause", "let a running move rest at the end of its range", PAUSE_EXAMPLES).action(
        async (_flags: unknown, command: Command) => {
            await drive(command).pace({ mibPerSecond: 0 });
        },
    );
    verb("resume", "let a move that rests go on, at the pace it had before", RESUME_EXAMPLES).action(
        async (_flags: unknown, command: Command) => {
            await drive(command).pace({ resume: true });
        },
    );
}

export function replaceInput(slot: string, { with: both, how: way, keep, ...flags }: ReplaceFlags): ReplaceInput {
    const faults: string[] = [];
    const how = oneOf("--how", way, REPLACE_HOWS, faults);
    const keepHours = count("--keep", keep, faults);
    const [size, type] = (both ?? "").split("/").map((part) => (part === "" ? undefined : part));
    const isType = size !== undefined && !/^\d/.test(size) && type === undefined;
    const given = isType ? { type: size } : { ...(size && { size }), ...(type && { type }) };
    if (both !== undefined && (flags.size !== undefined || flags.type !== undefined))
        faults.push("--with says size and type already: leave --size and --type out");
    return whole({ slot, how, keepHours, ...volumeInput({ ...given, ...flags }, faults) }, faults);
}

export function consolidateInput(flags: ConsolidateFlags): ConsolidateInput {
    const faults: string[] = [];
    const input = {
        into: count("--into", flags.into, faults) ?? 0,
        ...kindInput(flags, faults),
        keepHours: count("--keep", flags.keep, faults),
    };
    return whole(input, faults);
}

export function paceInput(rate: string): PaceInput {
    if (rate === "full") return {};
    const faults: string[] = [];
    const mibPerSecond = throughput("<rate>", rate, faults);
    return whole(
        { mibPerSecond },
        faults.map((fault) => `${fault}, or full`),
    );
}

const REPLACE_EXAMPLES: Examples = [
    ["A larger volume of another type in place of bb", "elastic-drive replace bb --with 500GiB/gp3"],
    [
        "The same by a snapshot: short downtime, no load on the server",
        "elastic-drive replace bb --with 500GiB --how snapshot",
    ],
];
const CONSOLIDATE_EXAMPLES: Examples = [["Twelve volumes become two", "elastic-drive consolidate --into 2 --type gp3"]];
const GC_EXAMPLES: Examples = [["From a timer, unasked", "elastic-drive gc --yes"]];
const CANCEL_EXAMPLES: Examples = [["Back to how it was", "elastic-drive cancel"]];
const PACE_EXAMPLES: Examples = [
    ["Leave the volumes to the people", "elastic-drive pace 20"],
    ["At night", "elastic-drive pace full"],
];
const PAUSE_EXAMPLES: Examples = [["Until tonight", "elastic-drive pause"]];
const RESUME_EXAMPLES: Examples = [["Go on", "elastic-drive resume"]];
