import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DriveError } from "../infra/model/errors";
import { preview, pulumi } from "../policies/kit/preview";
import { engineEnvironment, workFolder } from "../policies/scenarios/support";
import { median, secondsOf, type Context, type Row } from "./context";
import { watchPack, type Used } from "./support/pack-process";
import { awsguard, emptyPack, ours, type Pack } from "./support/packs";

/** Issue 4, part 5. */
const RATIO_GOAL = 1.2;
/** Ten times the resources may take ten times the time; a tenth more for what is measured beside it. */
const LINEAR_GOAL = 11;
const SIZES = [
    { size: 100, rounds: 3 },
    { size: 1_000, rounds: 2 },
] as const;

interface Measured {
    readonly seconds: number[];
    readonly used: Used[];
}

/**
 * What a preview with the pack costs, against a pack without any policy and against awsguard on the same stack. The whole
 * preview is timed, and the pack's own process besides: its processor time says more on a busy machine.
 */
export async function bench({ folder, say }: Context): Promise<Row[]> {
    const packs = [emptyPack(join(folder, "empty")), ours(join(folder, "ours")), await awsguard(say)] as const;
    const work = workFolder();
    try {
        const stack = await prepare(work);
        const rows: Row[] = [];
        const own: number[] = [];
        for (const { size, rounds } of SIZES) {
            const [empty, mine, theirs] = await measure(stack, size, rounds, packs, say);
            if (empty === undefined || mine === undefined || theirs === undefined) continue;
            rows.push(...rowsOf(size, empty, mine, theirs));
            own.push(cpu(mine) - cpu(empty));
        }
        const [few = 0, many = 0] = own;
        rows.push({ name: "policies' own time, 1,000 by 100", unit: "×", ours: many / few, goal: LINEAR_GOAL });
        return rows;
    } finally {
        rmSync(work, { recursive: true, force: true });
    }
}

const cpu = ({ used }: Measured): number => median(used.map(({ cpuSeconds }) => cpuSeconds));
const peak = ({ used }: Measured): number => median(used.map(({ peakMiB }) => peakMiB));

function rowsOf(size: number, empty: Measured, mine: Measured, theirs: Measured): Row[] {
    const against = (name: string, unit: string, a: number, b: number, goal?: number): Row => ({
        name: `${size} resources: ${name}`,
        unit,
        ours: a,
        baseline: b,
        ratio: a / b,
        ...(goal !== undefined && { goal }),
    });
    const wall = (of: Measured) => median(of.seconds);
    return [
        against(
            "preview, against an empty pack",
            "s",
            wall(mine),
            wall(empty),
            size === 1_000 ? RATIO_GOAL : undefined,
        ),
        against("preview, against awsguard", "s", wall(mine), wall(theirs), 1),
        against("pack's processor time, against an empty pack", "s", cpu(mine), cpu(empty)),
        against("pack's processor time, against awsguard", "s", cpu(mine), cpu(theirs), 1),
        against("pack's peak memory, against an empty pack", "MiB", peak(mine), peak(empty)),
        against("pack's peak memory, against awsguard", "MiB", peak(mine), peak(theirs), 1),
    ];
}

interface Stack {
    readonly cwd: string;
    readonly env: Record<string, string>;
    setSize(resources: number): void;
}

async function prepare(work: string): Promise<Stack> {
    const cwd = join(work, "storage-stack");
    cpSync(join(__dirname, "support/storage-stack"), cwd, { recursive: true });
    const env = engineEnvironment(work);
    const made = await pulumi(["stack", "init", "test"], { cwd, env });
    if (made.exitCode !== 0) throw new DriveError("BenchFailed", `no stack for the bench: ${made.output.trim()}`);
    const settings = join(cwd, "Pulumi.test.yaml");
    const salt = readFileSync(settings, "utf8");
    const setSize = (resources: number): void =>
        writeFileSync(settings, `${salt}config: ${JSON.stringify({ "storage-stack:resources": resources })}\n`);
    return { cwd, env, setSize };
}

/** In turns, so that another load on the machine hits all packs alike. */
async function measure(
    stack: Stack,
    size: number,
    rounds: number,
    packs: readonly Pack[],
    say: (text: string) => void,
): Promise<Measured[]> {
    stack.setSize(size);
    const all = packs.map((): Measured => ({ seconds: [], used: [] }));
    for (let round = 1; round <= rounds; round++) {
        for (const [index, pack] of packs.entries()) {
            say(`${size} resources, ${pack.name}, round ${round} of ${rounds}`);
            const watch = watchPack(pack.folder);
            const seconds = await secondsOf(1, () => judged(stack, pack));
            all[index]?.seconds.push(...seconds);
            all[index]?.used.push(watch.stop());
        }
    }
    return all;
}

async function judged({ cwd, env }: Stack, pack: Pack): Promise<void> {
    const { exitCode, output } = await preview({ cwd, stack: "test", env, pack: pack.folder, packConfig: pack.config });
    if (exitCode !== 0)
        throw new DriveError("BenchFailed", `a preview with the pack '${pack.name}' failed: ${output.slice(-2_000)}`);
}
