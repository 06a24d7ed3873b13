import type { Caller } from "./caller";
import type * as Ec2Sdk from "@aws-sdk/client-ec2";
import { DriveError } from "../../infra/model/errors";
import { instanceLimits } from "../../infra/model/instances";
import { isLoopback } from "./endpoint";
import { all } from "./pages";
import type { Architecture, Image, InstanceType } from "./port";

/** Debian's own account; its images are named debian-13-amd64-<date>-<build> (Debian wiki, Cloud/AmazonEC2Image). */
const DEBIAN_OWNER = "136693071363";
const DEBIAN_NAME: Readonly<Record<Architecture, string>> = {
    x86_64: "debian-13-amd64-*",
    arm64: "debian-13-arm64-*",
};

/** Newest first; throws ImageNotFound. */
export function debianImages(call: Caller, architecture: Architecture): Promise<Image[]> {
    const name = DEBIAN_NAME[architecture];
    return call("DescribeImages", async ({ sdk, client }) => {
        refuseForeign(await client.config.region());
        const Filters = [{ Name: "name", Values: [name] }];
        const found: Ec2Sdk.Image[] = [];
        let NextToken: string | undefined;
        do {
            const command = new sdk.DescribeImagesCommand({ Owners: [DEBIAN_OWNER], Filters, NextToken });
            const where = { name: "ownersOfImages", relation: "after", toMiddleware: "endpointV2Middleware" } as const;
            command.middlewareStack.addRelativeTo(ownToo, where);
            const page = await client.send(command);
            found.push(...(page.Images ?? []));
            NextToken = page.NextToken || undefined;
        } while (NextToken !== undefined);
        const images = found.map(asImage);
        if (images.length > 0) return images.sort((a, b) => (a.created < b.created ? 1 : -1));
        throw imageNotFound(`EC2 has no image named ${name} of Debian's here`, "choose one with --image ami-…");
    });
}

/**
 * By the address that this very request goes to, wherever that was written: on this machine is the lab, whose image is one's own. An
 * endpoint in one's own network is AWS.
 */
function ownToo<Args extends { input: Ec2Sdk.DescribeImagesCommandInput }, Reply>(
    next: (args: Args) => Promise<Reply>,
    context: { readonly endpointV2?: { readonly url: URL } },
): (args: Args) => Promise<Reply> {
    return (args) => {
        const host = context.endpointV2?.url.hostname;
        if (host !== undefined && isLoopback(host)) args.input.Owners = [DEBIAN_OWNER, "self"];
        return next(args);
    };
}

/** Anybody may give an image Debian's name: where it is not known whose is Debian's, a guess is somebody else's root. */
function refuseForeign(region: string): void {
    const partition = foreignPartition(region);
    if (partition === undefined) return;
    throw imageNotFound(
        `none is chosen: Debian's account ${DEBIAN_OWNER} is one of partition aws, and ${region} is in ${partition}, where another one publishes`,
        "look it up at https://wiki.debian.org/Cloud/AmazonEC2Image, and choose an image with --image ami-…",
    );
}

const imageNotFound = (what: string, hint: string): DriveError => new DriveError("ImageNotFound", what, { hint });

/** The partition of a region by its name, where it is not `aws`. */
function foreignPartition(region: string): string | undefined {
    if (/^us-gov-/.test(region)) return "aws-us-gov";
    if (/^cn-/.test(region)) return "aws-cn";
    if (/^eusc-/.test(region)) return "aws-eusc";
    return /^[a-z]+-(iso[a-z]?)-/.exec(region)?.[1]?.replace(/^iso/, "aws-iso-").replace(/-$/, "");
}

/** Undefined: EC2 has none of that id, or not for this account. */
export function image(call: Caller, ImageId: string): Promise<Image | undefined> {
    return unless(/InvalidAMIID|InvalidAMI/, () =>
        call("DescribeImages", async ({ sdk, client }) => {
            const { Images = [] } = await client.send(new sdk.DescribeImagesCommand({ ImageIds: [ImageId] }));
            return Images.map(asImage)[0];
        }),
    );
}

const asImage = (image: Ec2Sdk.Image): Image => ({
    id: image.ImageId!,
    name: image.Name ?? "",
    created: image.CreationDate ?? "",
    architecture: image.Architecture ?? "",
});

/** Undefined: EC2 has no such type in this region. */
export function instanceType(call: Caller, name: string): Promise<InstanceType | undefined> {
    return unless(/InvalidInstanceType|InvalidParameterValue/, () =>
        call("DescribeInstanceTypes", async ({ sdk, client }) => {
            const InstanceTypes = [name as Ec2Sdk._InstanceType];
            const { InstanceTypes: [type] = [] } = await client.send(
                new sdk.DescribeInstanceTypesCommand({ InstanceTypes }),
            );
            if (type === undefined) return undefined;
            const isXen = type.Hypervisor === "xen";
            return {
                name,
                kind: type.BareMetal === true ? "metal" : isXen ? "xen" : "nitro",
                architectures: type.ProcessorInfo?.SupportedArchitectures ?? [],
                attachments: type.EbsInfo?.MaximumEbsAttachments ?? instanceLimits(name)?.attachments,
            };
        }),
    );
}

/** The region's zones that have the type, sorted. */
export function zonesOffering(call: Caller, type: string): Promise<string[]> {
    return call("DescribeInstanceTypeOfferings", async ({ sdk, client }) => {
        const pages = sdk.paginateDescribeInstanceTypeOfferings(
            { client },
            { LocationType: "availability-zone", Filters: [{ Name: "instance-type", Values: [type] }] },
        );
        const offerings = await all(pages, ({ InstanceTypeOfferings }) => InstanceTypeOfferings);
        return offerings.map(({ Location }) => Location ?? "").sort();
    });
}

async function unless<T>(code: RegExp, work: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
        return await work();
    } catch (error) {
        if (error instanceof DriveError && error.code === "Ec2Refused" && code.test(error.message)) return undefined;
        throw error;
    }
}
