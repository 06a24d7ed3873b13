import path from "node:path";

/**
 * Who may import whom, with the reason that the error message gives (design §2). The first rule whose folder holds the
 * importing file decides; a folder always may import itself.
 */
export const DIRECTIONS = [
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
        may: ["infra", "automation", "lab/index"],
        why: "what the driver's tests share starts the lab, tied to the test so that none is left behind, and knows no more of it",
    },
    {
        from: "automation",
        may: ["infra", "policies/kit/configuration-file"],
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
        may: ["infra/model", "lab/hardware"],
        why: "EC2's behaviour reaches machines only through the port lab/hardware.ts: the daemon joins the two",
    },
    {
        from: "lab/machines",
        may: ["infra/model", "lab/hardware", "lab/image"],
        why: "machines know nothing of EC2: the port lab/hardware.ts is all that is between them",
    },
    {
        from: "lab",
        may: ["infra/model", "infra/guest", "tools/setup/engine-key", "tools/setup/key"],
        why: "the lab is an EC2, not a part of the drive: it never imports the driver, the program or the tools",
    },
    {
        from: "docs/examples",
        exactly: ["automation", "automation/index"],
        why: "examples show the library's public face: automation/index.ts",
    },
    { from: "tools", may: ["infra", "automation", "policies", "lab", "bench"], why: "tools join everything" },
    { from: "bench", may: ["infra", "automation", "policies", "lab", "tools"], why: "benches join everything" },
];

const within = (file, folder) => file === folder || file.startsWith(`${folder}/`);

/** The sentence to say about one import, or undefined when it is allowed. Paths are relative to the repository. */
export function faultOf(importer, imported) {
    const rule = DIRECTIONS.find(({ from }) => within(importer, from));
    if (rule === undefined) return undefined;
    if (!imported.startsWith(".")) {
        const known = rule.packages === undefined || rule.packages.includes(imported) || importer.endsWith(".spec.ts");
        return known ? undefined : `${rule.from} does not import the package ${imported}: ${rule.why}`;
    }
    const target = path.posix.join(path.posix.dirname(importer), imported);
    const allowed =
        within(target, rule.from) ||
        rule.may?.some((folder) => within(target, folder)) === true ||
        rule.exactly?.includes(target) === true;
    return allowed ? undefined : `${rule.from} does not import ${target}: ${rule.why}`;
}

export const directions = {
    meta: { type: "problem", schema: [] },
    create(context) {
        const importer = path.relative(context.cwd, context.filename).split(path.sep).join("/");
        const check = (source) => {
            if (typeof source?.value !== "string") return;
            const fault = faultOf(importer, source.value);
            if (fault !== undefined) context.report({ node: source, message: fault });
        };
        return {
            ImportDeclaration: (node) => check(node.source),
            ExportNamedDeclaration: (node) => check(node.source),
            ExportAllDeclaration: (node) => check(node.source),
            ImportExpression: (node) => check(node.source),
        };
    },
};
