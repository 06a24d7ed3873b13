/** What every stack of the repository is made from; a change there touches all of them. */
const SHARED = [
    /^infra\//,
    /^policies\//,
    /^tools\/transpile\.js$/,
    /^Pulumi\.yaml$/,
    /^package(-lock)?\.json$/,
    /^tsconfig\.json$/,
];
const STACK_FILE = /^stacks\/(?:Pulumi\.(.+)\.yaml|policies\.(.+)\.json)$/;
/** What never reaches the engine. */
const ASIDE = /\.(spec|scenario|story|long)\.ts$|\.md$|^policies\/scenarios\//;

/** The stacks that a change of these files touches, of those that are there. */
export function touchedStacks(files: readonly string[], stacks: readonly string[]): string[] {
    const real = files.filter((file) => !ASIDE.test(file));
    if (real.some((file) => SHARED.some((pattern) => pattern.test(file)))) return [...stacks].sort();
    const named = new Set(real.map((file) => STACK_FILE.exec(file)).map((match) => match?.[1] ?? match?.[2]));
    return stacks.filter((stack) => named.has(stack)).sort();
}
