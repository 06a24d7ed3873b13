import { readdir, readFile } from "node:fs/promises";

/** Pids of a process and of all that descend from it, parents first. */
async function processTree(root: number): Promise<number[]> {
    const children = new Map<number, number[]>();
    for (const name of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))) {
        const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => undefined); // gone meanwhile
        const parent = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
        if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
    }
    const tree = [root];
    for (let next = 0; next < tree.length; next++) tree.push(...(children.get(tree[next]!) ?? []));
    return tree;
}

/** kill -9 of a process and of all that descend from it; their pids. */
export async function killTree(root: number): Promise<number[]> {
    const pids = await processTree(root);
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    return pids;
}

export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}
