/**
 * Who may import whom, with the reason that the error message gives (design §2, decision 0031). dependency-cruiser reads it; imports of
 * types count. Of two rules that hold a file the one with the longer folder decides; a folder always may import itself.
 */
const FOLDERS = [
    {
        from: "infra/model",
        may: [],
        packages: ["zod"],
        why: "the model is a leaf without Pulumi and without I/O, so that everyone may import it: move what needs more to its user",
    },
    {
        from: "infra/guest",
        may: ["infra/model"],
        why: "guest scripts and their calls serve components, automation and the lab alike: they know only the model",
    },
    {
        from: "infra/components",
        may: ["infra/model", "infra/guest"],
        why: "a component declares what is there: it knows the model and the guest's verbs; what needs an order in time belongs into automation",
    },
    { from: "infra", may: [], why: "the program declares; it never imports the driver, the policies or the lab" },
    {
        from: "policies",
        may: ["infra/model"],
        why: "policies judge what the engine sees, also on stacks that are not ours: they know only the model",
    },
    {
        from: "automation/scenarios",
        may: ["infra", "automation", "lab/index.ts"],
        why: "what the driver's tests share starts the lab, tied to the test so that none is left behind, and knows no more of it",
    },
    {
        from: "automation",
        may: ["infra", "policies/kit/configuration-file.ts"],
        why: "the driver speaks to EC2, ssh and the engine through its ports and never knows that a lab exists: start it as a child process",
    },
    {
        from: "lab/acceptance",
        may: ["infra", "automation", "policies", "lab", "tools"],
        why: "stories join everything",
    },
    {
        from: "lab/rig",
        may: ["infra", "automation", "lab", "tools"],
        why: "the stories' rig joins everything but the policies",
    },
    {
        from: "lab/ec2",
        may: ["infra/model", "lab/hardware.ts"],
        why: "EC2's behaviour reaches machines only through the port lab/hardware.ts: the daemon joins the two",
    },
    {
        from: "lab/machines",
        may: ["infra/model", "lab/hardware.ts", "lab/image"],
        why: "machines know nothing of EC2: the port lab/hardware.ts is all that is between them",
    },
    {
        from: "lab",
        may: ["infra/model", "infra/guest", "tools/setup/engine-key.ts", "tools/setup/key.ts"],
        why: "the lab is an EC2, not a part of the drive: it never imports the driver, the program or the tools",
    },
    {
        from: "docs/examples",
        may: ["automation/index.ts"],
        why: "examples show the library's public face: automation/index.ts",
    },
    { from: "tools", may: ["infra", "automation", "policies", "lab", "bench"], why: "tools join everything" },
    { from: "bench", may: ["infra", "automation", "policies", "lab", "tools"], why: "benches join everything" },
];

/** The driver's floors, the lowest first: each may import what it names, all of it below. Tests are free within automation. */
const FLOORS = [
    { floor: "model", on: [], why: "plain data that every floor shares: it knows the drive's own model alone" },
    { floor: "io", on: ["model"], why: "messages, waiting and this machine: nothing of a drive" },
    { floor: "ec2", on: ["model", "io"], why: "an adapter: it speaks to EC2, and decides nothing" },
    { floor: "engine", on: ["model", "io"], why: "an adapter: it runs the engine, and decides nothing" },
    { floor: "guest", on: ["model", "io"], why: "an adapter: it calls the server, and decides nothing" },
    {
        floor: "workflows",
        on: ["model", "io", "ec2/port.ts", "guest/port.ts", "guest/lease.ts"],
        why: "a long operation decides from what was seen, and acts through the ports alone",
    },
    {
        floor: "reconcile",
        on: ["model", "io", "workflows"],
        why: "the core decides from what was seen: it knows no adapter, so that the simulated world can run it",
    },
    {
        floor: "simulation",
        on: ["model", "reconcile", "ec2/port.ts", "guest/port.ts"],
        why: "the simulated world is what the core and the workflows see, and no more",
    },
    {
        floor: "growth",
        on: ["model", "io", "workflows", "reconcile"],
        why: "the growth planner is pure: it asks nobody, and changes nothing",
    },
    {
        floor: "world",
        on: ["model", "io", "ec2", "engine", "guest", "workflows", "reconcile"],
        why: "the real world joins the adapters to the core's ports: it knows no command",
    },
    {
        floor: "commands",
        on: ["model", "io", "ec2", "engine", "guest", "workflows", "reconcile", "growth", "world"],
        why: "a command joins what is below it: it knows no command line",
    },
];

const TESTS = "[.](spec|scenario|story|long|testing)[.]ts$|/testing[.]ts$|^automation/scenarios/";
const PACKAGES = "^node_modules/";
const inside = (path) => `^${path.replaceAll(".", "[.]")}${path.endsWith(".ts") ? "$" : "/"}`;

const folders = FOLDERS.map(({ from, may, why }) => ({
    name: from,
    comment: why,
    severity: "error",
    from: {
        path: inside(from),
        pathNot: FOLDERS.filter((other) => other.from.startsWith(`${from}/`)).map((other) => inside(other.from)),
    },
    to: { pathNot: [inside(from), ...may.map(inside), PACKAGES], dependencyTypesNot: ["core"] },
}));

const packages = FOLDERS.filter((folder) => folder.packages !== undefined).map((folder) => ({
    name: `${folder.from}, packages`,
    comment: folder.why,
    severity: "error",
    from: { path: inside(folder.from), pathNot: TESTS },
    to: {
        dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "core"],
        pathNot: folder.packages.map((name) => `${PACKAGES}${name}/`),
    },
}));

const floors = FLOORS.map(({ floor, on, why }) => ({
    name: `automation/${floor}`,
    comment: why,
    severity: "error",
    from: { path: inside(`automation/${floor}`), pathNot: TESTS },
    to: { path: "^automation/", pathNot: [floor, ...on].map((other) => inside(`automation/${other}`)) },
}));

export default {
    forbidden: [
        ...folders,
        ...packages,
        ...floors,
        {
            name: "circle",
            comment: "two files that need each other are one, or a third is missing: move what both need (types count)",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        {
            name: "test",
            comment: "a test is not imported: what tests share is a file of its own (testing.ts)",
            severity: "error",
            from: {},
            to: { path: "[.](spec|scenario|story|long)[.]ts$" },
        },
        {
            name: "package of tests",
            comment: "who installs the package has no devDependencies: list it under dependencies, or do without",
            severity: "error",
            from: {
                path: "^(infra|automation|policies)/",
                pathNot: [TESTS, "^automation/simulation/", "^policies/scenarios/"],
            },
            to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
        },
        {
            name: "nowhere",
            comment: "there is no such file or package",
            severity: "error",
            from: {},
            to: { couldNotResolve: true },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        // Three doors of a few lines each, which begin before there is a loader for TypeScript.
        exclude: { path: "^(infra/start|policies/start|tools/package/bin)[.]js$" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        enhancedResolveOptions: {
            exportsFields: ["exports"],
            conditionNames: ["import", "require", "node", "default", "types"],
        },
    },
};
