import { execFileSync } from "node:child_process";
import { lateModules } from "../automation/engine/late";
import { REPOSITORY } from "../tools/setup/key";
import { median, type Context, type Row } from "./context";

const ROUNDS = 7;
/** What we want of it: half of what the SDK takes by itself. */
const GOAL = 0.5;

/** Processor time, in seconds, of a process that loads what each process loads which takes part in an `up`. */
function loading(modules: string, env: NodeJS.ProcessEnv): number {
    const script = `${modules}; const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6)`;
    const printed = execFileSync(process.execPath, ["-e", script], {
        cwd: REPOSITORY,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(printed.toString());
}

/** What the command line, the program and the policy pack take before their first line, with two modules late and without (decision 0028). */
export async function bench({ say }: Context): Promise<Row[]> {
    return [
        ["the SDK", 'require("@pulumi/pulumi")'],
        ["the SDK and the policies' SDK", 'require("@pulumi/policy")'],
        ["the SDK and the provider's", 'require("@pulumi/aws/ec2/instance")'],
    ].map(([name, modules]): Row => {
        say(`loads ${name}, ${ROUNDS} times in turns`);
        const rounds = Array.from({ length: ROUNDS }, () => [
            loading(modules!, lateModules({})),
            loading(modules!, { NODE_OPTIONS: "" }),
        ]);
        const ours = median(rounds.map(([late]) => late!));
        const baseline = median(rounds.map(([, plain]) => plain!));
        return { name: `${name}: processor time`, unit: "s", ours, baseline, ratio: ours / baseline, goal: GOAL };
    });
}
