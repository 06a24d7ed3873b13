import type { PolicyResource, ResourceValidationPolicy } from "@pulumi/policy";
import { TAG } from "../infra/model/names";
import { checkAny, settings } from "./kit/policy";
import { list, quote } from "./kit/text";
import { DRIVE_COMPONENT, TYPE } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "drive-tags";
const DEFAULTS = { required: [] as readonly string[] };
const TAGGED = [TYPE.volume, TYPE.instance, TYPE.networkInterface, TYPE.eip, TYPE.securityGroup] as const;

type Resource = Pick<PolicyResource, "type" | "name" | "urn" | "props" | "opts">;

/** The driver finds what is its own by these tags: a volume without them is lost to it, or made a second time. */
export const driveTags: ResourceValidationPolicy = {
    name: NAME,
    description: "Everything of a drive carries the drive's tags, and every volume the tags a stack asks for.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        `Tag volumes with ${TAG.drive}, ${TAG.slot} and Name, everything else of a drive with ${TAG.drive}, ${TAG.part} and Name. ` +
        "With the level `remediate` the pack sets what it can read from the resource's own name.",
    configSchema: {
        properties: {
            required: {
                type: "array",
                items: { type: "string", minLength: 1 },
                default: [...DEFAULTS.required],
                description: "Tag keys that every data volume of the stack must have, also without a drive.",
            },
        },
    },
    validateResource: checkAny(TAGGED, (resource, report) => {
        const wanted = wantedTags(resource, settings(resource, DEFAULTS).required);
        if (wanted.length === 0) return;
        const tags = ask(() => resource.props["tags"] as Tags);
        const what = `${resource.type.split(":").at(-1) ?? ""} ${quote(resource.name)}`;
        if (tags === UNKNOWN) return notYet(report, NAME, `tags of ${what}`, resource.urn);
        const missing = wanted.filter((key) => {
            const value = ask(() => tags?.[key]);
            if (value === UNKNOWN) notYet(report, NAME, `tag ${quote(key)} of ${what}`, resource.urn);
            return value === undefined || value === "";
        });
        if (missing.length > 0) report(`${what} lacks the tags ${list(missing)}`);
    }),
    remediateResource: (args) => {
        if (!TAGGED.some((type) => type === args.type)) return undefined;
        const tags = ask(() => args.props["tags"] as Tags);
        if (tags === UNKNOWN) return undefined;
        const added = Object.fromEntries(
            Object.entries(tagsByName(args)).filter(([key]) => ask(() => tags?.[key]) === undefined),
        );
        if (Object.keys(added).length === 0) return undefined;
        const mended: Record<string, unknown> = {};
        for (const key of Object.keys(tags ?? {})) {
            const value = ask(() => tags?.[key]);
            // A tag that is not known yet cannot be copied, and must not be lost.
            if (value === UNKNOWN) return undefined;
            mended[key] = value;
        }
        return Object.assign(args.props, { tags: { ...mended, ...added } });
    },
};

type Tags = Readonly<Record<string, string>> | undefined;

function wantedTags(resource: Resource, required: readonly string[]): string[] {
    const ofDrive = inDrive(resource) || typeof ask(() => (resource.props["tags"] as Tags)?.[TAG.drive]) === "string";
    const volume = resource.type === TYPE.volume;
    const own = ofDrive ? [TAG.drive, volume ? TAG.slot : TAG.part, "Name"] : [];
    return [...own, ...(volume ? required.filter((key) => !own.includes(key)) : [])];
}

/** The engine writes the components a resource was made in into its URN. */
const inDrive = ({ urn }: Resource): boolean => (urn.split("::")[2] ?? "").split("$").includes(DRIVE_COMPONENT);

/** Our component names its parts `<drive>-<part>`, and the component around a part likewise (docs/architecture.md). */
function tagsByName(resource: Resource): Record<string, string> {
    if (!inDrive(resource)) return {};
    const parent = resource.opts.parent ?? "";
    const around = parent.split("::").slice(3).join("::");
    const drive = parent.includes(`${DRIVE_COMPONENT}::`) ? around : around.replace(/-[a-z]+$/, "");
    if (drive === "" || !resource.name.startsWith(`${drive}-`)) return {};
    const part = resource.name.slice(drive.length + 1);
    const named = { Name: resource.name, [TAG.drive]: drive };
    if (resource.type === TYPE.volume) return { ...named, [TAG.slot]: part };
    return { ...named, [TAG.part]: PARTS[part] ?? part };
}

/** What `elastic-drive:part` says (infra/model/names.ts), by the name's ending. */
const PARTS: Readonly<Record<string, string>> = { interface: "address", public: "public-address" };
