/** Where this host gets Debian from: the machines' packages come from the same place. */
export interface Mirror {
    readonly debian: string;
    readonly security: string;
}

export const PUBLIC_MIRROR: Mirror = {
    debian: "http://deb.debian.org/debian",
    security: "http://deb.debian.org/debian-security",
};

interface Source {
    readonly uri: string;
    readonly suites: readonly string[];
}

/**
 * Reads the mirror out of the texts of sources files of a Debian host (`codename`, e.g. bookworm). What is not there falls
 * back to the public one; so does everything on a host that is not Debian.
 */
export function mirrorFrom(texts: readonly string[], codename: string): Mirror {
    const sources = texts.flatMap((text) => [...deb822Sources(text), ...oneLineSources(text)]);
    const uriOf = (suite: string): string | undefined =>
        sources.find((source) => source.suites.includes(suite) && /^https?:/.test(source.uri))?.uri.replace(/\/$/, "");
    return {
        debian: uriOf(codename) ?? PUBLIC_MIRROR.debian,
        security: uriOf(`${codename}-security`) ?? PUBLIC_MIRROR.security,
    };
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
