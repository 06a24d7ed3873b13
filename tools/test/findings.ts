import { readFileSync } from "node:fs";

/** One line of a reporter's file. `end` is the last one of a run that came to its end. */
export interface Finding {
    readonly kind: "passed" | "failed" | "skipped" | "end";
    readonly title: string;
    readonly error?: string;
}

export interface Outcome {
    readonly passed: number;
    readonly skipped: number;
    /** One line or more about each failure. */
    readonly failures: readonly string[];
}

/** What a reporter's file tells about a run that ended so; a run that died or did nothing is one failure more. */
export function outcomeOf(findings: readonly Finding[], suite: string, ended: string, mayBeEmpty: boolean): Outcome {
    const count = (kind: Finding["kind"]): number => findings.filter((finding) => finding.kind === kind).length;
    const failures = findings.flatMap(({ kind, title, error }) =>
        kind === "failed" ? [`${title}: ${error ?? ""}`] : [],
    );
    const whole = count("end") === 1;
    if (!whole) failures.push(`${suite}: died before its end (${ended})`);
    else if (failures.length === 0 && ended !== "exit 0")
        failures.push(`${suite}: its tests passed, and then it failed (${ended})`);
    else if (!mayBeEmpty && count("passed") + failures.length === 0) failures.push(`${suite}: no test was found`);
    return { passed: count("passed"), skipped: count("skipped"), failures };
}

/** The findings so far; none when the file was never made. */
export function readFindings(file: string): Finding[] {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch {
        return []; // the suite died before its reporter was loaded; `outcomeOf` says so
    }
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Finding);
}
