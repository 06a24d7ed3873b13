import { DriveError } from "../../infra/model/errors";

/** Where the machines' packages come from; not every host knows of a place for security updates. */
export interface Mirror {
    readonly debian: string;
    readonly security?: string;
}

/** The archive, and after a space the one of security updates. */
export const MIRROR_VARIABLE = "ELASTIC_DRIVE_DEBIAN_MIRROR";

interface Source {
    readonly uri: string;
    readonly suites: readonly string[];
}

/** What the variable says; undefined when it says nothing. */
export function mirrorOf(text: string | undefined): Mirror | undefined {
    const words = (text ?? "").split(/\s+/).filter((word) => word !== "");
    const [debian, security] = words;
    if (debian === undefined) return undefined;
    const wrong = words.find((word, at) => at > 1 || !/^https?:\/\//.test(word));
    if (wrong !== undefined) {
        throw new DriveError("InvalidInput", `${MIRROR_VARIABLE}: got '${wrong}'`, {
            hint: "the address of a Debian archive (http or https), and after a space that of its security updates",
        });
    }
    return { debian, ...(security !== undefined && { security }) };
}

/**
 * Reads the mirror out of the texts of sources files of a Debian host (`codename`, e.g. bookworm); undefined when they name
 * no archive of Debian's: then mmdebstrap knows where it is.
 */
export function mirrorFrom(texts: readonly string[], codename: string): Mirror | undefined {
    const sources = texts.flatMap((text) => [...deb822Sources(text), ...oneLineSources(text)]);
    const uriOf = (suite: string): string | undefined =>
        sources.find((source) => source.suites.includes(suite) && /^https?:/.test(source.uri))?.uri.replace(/\/$/, "");
    const debian = uriOf(codename);
    const security = uriOf(`${codename}-security`);
    return debian === undefined ? undefined : { debian, ...(security !== undefined && { security }) };
}

/** Lines of a sources file for that suite; none where no mirror is known. */
export function sourceLines(mirror: Mirror | undefined, suite: string): string[] {
    if (mirror === undefined) return [];
    const { debian, security } = mirror;
    return [
        `deb ${debian} ${suite} main`,
        `deb ${debian} ${suite}-updates main`,
        ...(security === undefined ? [] : [`deb ${security} ${suite}-security main`]),
    ];
}

function deb822Sources(text: string): Source[] {
    return text.split(/\n\s*\n/).flatMap((stanza) => {
        const field = (name: string): string[] =>
            new RegExp(`^${name}:(.*(?:\\n[ \\t].*)*)`, "mi").exec(withoutComments(stanza))?.[1]?.trim().split(/\s+/) ??
            [];
        if (!field("Types").includes("deb") || field("Enabled")[0] === "no") return [];
        return field("URIs").map((uri) => ({ uri, suites: field("Suites") }));
    });
}

function oneLineSources(text: string): Source[] {
    return withoutComments(text)
        .split("\n")
        .flatMap((line) => {
            const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line.trim());
            return match ? [{ uri: match[1] as string, suites: [match[2] as string] }] : [];
        });
}

const withoutComments = (text: string): string => text.replace(/^#.*\n?/gm, "");
