/** What an instance type can carry of EBS: how many attachments, and how fast. */
export interface InstanceLimits {
    /** Attachments of volumes, the root volume among them (EC2: MaximumEbsAttachments). */
    readonly attachments: number;
    /** `shared`: every network interface after the first takes one of them as well. */
    readonly limit: "shared" | "dedicated";
    /** MB/s that hold for ever, and for a burst of 30 minutes a day. */
    readonly baselineMBps: number;
    readonly maximumMBps: number;
}

/** Data, not logic: EC2 adds types every month. A policy pack's configuration overrides or adds by type name. */
export const INSTANCES_AS_OF = {
    date: "2026-10-01",
    source: "EC2 DescribeInstanceTypes (EbsInfo), as kept by moto 5.2.5; kubernetes-sigs/aws-ebs-csi-driver pkg/cloud/limits",
} as const;

/** By family: size:attachments(s shared, d dedicated):baseline MB/s:maximum MB/s. Disks of the instance are taken off already. */
const FAMILIES: Readonly<Record<string, string>> = {
    t3:
        "nano:27s:5.4:260.6 micro:27s:10.9:260.6 small:27s:21.8:260.6 medium:27s:43.4:260.6 " +
        "large:27s:86.9:347.5 xlarge:27s:86.9:347.5 2xlarge:27s:86.9:347.5",
    t3a:
        "nano:27s:5.6:260.6 micro:27s:11.2:260.6 small:27s:21.9:260.6 medium:27s:43.8:260.6 " +
        "large:27s:86.9:347.5 xlarge:27s:86.9:347.5 2xlarge:27s:86.9:347.5",
    t4g:
        "nano:27s:5.4:260.6 micro:27s:10.9:260.6 small:27s:21.8:260.6 medium:27s:43.4:260.6 " +
        "large:27s:86.9:347.5 xlarge:27s:86.9:347.5 2xlarge:27s:86.9:347.5",
    m5:
        "large:27s:81.2:593.8 xlarge:27s:143.8:593.8 2xlarge:27s:287.5:593.8 4xlarge:27s:593.8:593.8 " +
        "8xlarge:27s:850:850 12xlarge:27s:1187.5:1187.5 16xlarge:27s:1700:1700 24xlarge:27s:2375:2375",
    m5a:
        "large:27s:81.2:360 xlarge:27s:135.6:360 2xlarge:27s:197.5:360 4xlarge:27s:360:360 " +
        "8xlarge:27s:593.8:593.8 12xlarge:27s:847.5:847.5 16xlarge:27s:1187.5:1187.5 " +
        "24xlarge:27s:1718.8:1718.8",
    m5d:
        "large:26s:81.2:593.8 xlarge:26s:143.8:593.8 2xlarge:26s:287.5:593.8 4xlarge:25s:593.8:593.8 " +
        "8xlarge:25s:850:850 12xlarge:25s:1187.5:1187.5 16xlarge:23s:1700:1700 24xlarge:23s:2375:2375",
    m5n:
        "large:27s:81.2:593.8 xlarge:27s:143.8:593.8 2xlarge:27s:287.5:593.8 4xlarge:27s:593.8:593.8 " +
        "8xlarge:27s:850:850 12xlarge:27s:1187.5:1187.5 16xlarge:27s:1700:1700 24xlarge:27s:2375:2375",
    m6i:
        "large:27s:81.2:1250 xlarge:27s:156.2:1250 2xlarge:27s:312.5:1250 4xlarge:27s:625:1250 " +
        "8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500 24xlarge:27s:3750:3750 " +
        "32xlarge:27s:5000:5000",
    m6a:
        "large:27s:81.2:1250 xlarge:27s:156.2:1250 2xlarge:27s:312.5:1250 4xlarge:27s:625:1250 " +
        "8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500 24xlarge:27s:3750:3750 " +
        "32xlarge:27s:5000:5000 48xlarge:27s:5000:5000",
    m6g:
        "medium:27s:39.4:593.8 large:27s:78.8:593.8 xlarge:27s:148.5:593.8 2xlarge:27s:296.9:593.8 " +
        "4xlarge:27s:593.8:593.8 8xlarge:27s:1187.5:1187.5 12xlarge:27s:1781.2:1781.2 16xlarge:27s:2375:2375",
    m6id:
        "large:26s:81.2:1250 xlarge:26s:156.2:1250 2xlarge:26s:312.5:1250 4xlarge:26s:625:1250 " +
        "8xlarge:26s:1250:1250 12xlarge:25s:1875:1875 16xlarge:25s:2500:2500 24xlarge:23s:3750:3750 " +
        "32xlarge:23s:5000:5000",
    m6in:
        "large:27s:195.3:3125 xlarge:27s:390.6:3125 2xlarge:27s:781.2:3125 4xlarge:27s:1562.5:3125 " +
        "8xlarge:27s:3125:3125 12xlarge:27s:4687.5:4687.5 16xlarge:27s:6250:6250 24xlarge:27s:9375:9375 " +
        "32xlarge:27s:12500:12500",
    m7i:
        "large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 4xlarge:32d:625:1250 " +
        "8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 24xlarge:64d:3750:3750 " +
        "48xlarge:128d:5000:5000",
    "m7i-flex":
        "large:32d:39.1:1250 xlarge:32d:78.1:1250 2xlarge:32d:156.2:1250 4xlarge:32d:312.5:1250 " +
        "8xlarge:32d:625:1250 12xlarge:32d:937.5:1875 16xlarge:48d:1250:2500",
    m7a:
        "medium:32d:40.6:1250 large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 32xlarge:88d:5000:5000 48xlarge:128d:5000:5000",
    m7g:
        "medium:27s:39.4:1250 large:27s:78.8:1250 xlarge:27s:156.3:1250 2xlarge:27s:312.5:1250 " +
        "4xlarge:27s:625:1250 8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500",
    m8g:
        "medium:32d:39.4:1250 large:32d:78.8:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 48xlarge:128d:5000:5000",
    m8i:
        "large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 4xlarge:32d:625:1250 " +
        "8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 24xlarge:64d:3750:3750 " +
        "32xlarge:88d:5000:5000 48xlarge:128d:7500:7500 96xlarge:128d:10000:10000",
    "m8i-flex":
        "large:32d:39.4:1250 xlarge:32d:78.8:1250 2xlarge:32d:156.2:1250 4xlarge:32d:312.5:1250 " +
        "8xlarge:32d:625:1250 12xlarge:32d:937.5:1875 16xlarge:48d:1250:2500",
    m8a:
        "medium:32d:40.6:1250 large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 48xlarge:128d:7500:7500",
    c5:
        "large:27s:81.2:593.8 xlarge:27s:143.8:593.8 2xlarge:27s:287.5:593.8 4xlarge:27s:593.8:593.8 " +
        "9xlarge:27s:1187.5:1187.5 12xlarge:27s:1187.5:1187.5 18xlarge:27s:2375:2375 24xlarge:27s:2375:2375",
    c5d:
        "large:26s:81.2:593.8 xlarge:26s:143.8:593.8 2xlarge:26s:287.5:593.8 4xlarge:26s:593.8:593.8 " +
        "9xlarge:26s:1187.5:1187.5 12xlarge:25s:1187.5:1187.5 18xlarge:25s:2375:2375 24xlarge:23s:2375:2375",
    c6i:
        "large:27s:81.2:1250 xlarge:27s:156.2:1250 2xlarge:27s:312.5:1250 4xlarge:27s:625:1250 " +
        "8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500 24xlarge:27s:3750:3750 " +
        "32xlarge:27s:5000:5000",
    c6a:
        "large:27s:81.2:1250 xlarge:27s:156.2:1250 2xlarge:27s:312.5:1250 4xlarge:27s:625:1250 " +
        "8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500 24xlarge:27s:3750:3750 " +
        "32xlarge:27s:5000:5000 48xlarge:27s:5000:5000",
    c6g:
        "medium:27s:39.4:593.8 large:27s:78.8:593.8 xlarge:27s:148.5:593.8 2xlarge:27s:296.9:593.8 " +
        "4xlarge:27s:593.8:593.8 8xlarge:27s:1187.5:1187.5 12xlarge:27s:1781.2:1781.2 16xlarge:27s:2375:2375",
    c6in:
        "large:27s:195.3:3125 xlarge:27s:390.6:3125 2xlarge:27s:781.2:3125 4xlarge:27s:1562.5:3125 " +
        "8xlarge:27s:3125:3125 12xlarge:27s:4687.5:4687.5 16xlarge:27s:6250:6250 24xlarge:27s:9375:9375 " +
        "32xlarge:27s:12500:12500",
    c7i:
        "large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 4xlarge:32d:625:1250 " +
        "8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 24xlarge:64d:3750:3750 " +
        "48xlarge:128d:5000:5000",
    "c7i-flex":
        "large:32d:39.1:1250 xlarge:32d:78.1:1250 2xlarge:32d:156.2:1250 4xlarge:32d:312.5:1250 " +
        "8xlarge:32d:625:1250 12xlarge:32d:937.5:1875 16xlarge:48d:1250:2500",
    c7a:
        "medium:32d:40.6:1250 large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 32xlarge:88d:5000:5000 48xlarge:128d:5000:5000",
    c7g:
        "medium:27s:39.4:1250 large:27s:78.8:1250 xlarge:27s:156.3:1250 2xlarge:27s:312.5:1250 " +
        "4xlarge:27s:625:1250 8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500",
    c8g:
        "medium:32d:39.4:1250 large:32d:78.8:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 48xlarge:128d:5000:5000",
    c8i:
        "large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 4xlarge:32d:625:1250 " +
        "8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 24xlarge:64d:3750:3750 " +
        "32xlarge:88d:5000:5000 48xlarge:128d:7500:7500 96xlarge:128d:10000:10000",
    r5:
        "large:27s:81.2:593.8 xlarge:27s:143.8:593.8 2xlarge:27s:287.5:593.8 4xlarge:27s:593.8:593.8 " +
        "8xlarge:27s:850:850 12xlarge:27s:1187.5:1187.5 16xlarge:27s:1700:1700 24xlarge:27s:2375:2375",
    r5b:
        "large:27s:156.2:1250 xlarge:27s:312.5:1250 2xlarge:27s:625:1250 4xlarge:27s:1250:1250 " +
        "8xlarge:27s:2500:2500 12xlarge:27s:3750:3750 16xlarge:27s:5000:5000 24xlarge:27s:7500:7500",
    r6i:
        "large:27s:81.2:1250 xlarge:27s:156.2:1250 2xlarge:27s:312.5:1250 4xlarge:27s:625:1250 " +
        "8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500 24xlarge:27s:3750:3750 " +
        "32xlarge:27s:5000:5000",
    r6a:
        "large:27s:81.2:1250 xlarge:27s:156.2:1250 2xlarge:27s:312.5:1250 4xlarge:27s:625:1250 " +
        "8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500 24xlarge:27s:3750:3750 " +
        "32xlarge:27s:5000:5000 48xlarge:27s:5000:5000",
    r6g:
        "medium:27s:39.4:593.8 large:27s:78.8:593.8 xlarge:27s:148.5:593.8 2xlarge:27s:296.9:593.8 " +
        "4xlarge:27s:593.8:593.8 8xlarge:27s:1187.5:1187.5 12xlarge:27s:1781.2:1781.2 16xlarge:27s:2375:2375",
    r6in:
        "large:27s:195.3:3125 xlarge:27s:390.6:3125 2xlarge:27s:781.2:3125 4xlarge:27s:1562.5:3125 " +
        "8xlarge:27s:3125:3125 12xlarge:27s:4687.5:4687.5 16xlarge:27s:6250:6250 24xlarge:27s:9375:9375 " +
        "32xlarge:27s:12500:12500",
    r7i:
        "large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 4xlarge:32d:625:1250 " +
        "8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 24xlarge:64d:3750:3750 " +
        "48xlarge:128d:5000:5000",
    r7a:
        "medium:32d:40.6:1250 large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 32xlarge:88d:5000:5000 48xlarge:128d:5000:5000",
    r7g:
        "medium:27s:39.4:1250 large:27s:78.8:1250 xlarge:27s:156.3:1250 2xlarge:27s:312.5:1250 " +
        "4xlarge:27s:625:1250 8xlarge:27s:1250:1250 12xlarge:27s:1875:1875 16xlarge:27s:2500:2500",
    r8g:
        "medium:32d:39.4:1250 large:32d:78.8:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 " +
        "4xlarge:32d:625:1250 8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 " +
        "24xlarge:64d:3750:3750 48xlarge:128d:5000:5000",
    r8i:
        "large:32d:81.2:1250 xlarge:32d:156.2:1250 2xlarge:32d:312.5:1250 4xlarge:32d:625:1250 " +
        "8xlarge:32d:1250:1250 12xlarge:32d:1875:1875 16xlarge:48d:2500:2500 24xlarge:64d:3750:3750 " +
        "32xlarge:88d:5000:5000 48xlarge:128d:7500:7500 96xlarge:128d:10000:10000",
};

/** Nitro types that are in no table: the smallest limit that EC2 gives to most of them. */
export const UNLISTED_ATTACHMENTS = 27;

const ROW = /^(\S+):(\d+)([sd]):([\d.]+):([\d.]+)$/;

/** Limits of `m7i.large`, or undefined for a type that is not in the table. */
export function instanceLimits(type: string): InstanceLimits | undefined {
    const [family = "", size = ""] = type.split(".");
    const row =
        Object.hasOwn(FAMILIES, family) && FAMILIES[family]?.split(" ").find((text) => text.startsWith(`${size}:`));
    const match = row ? ROW.exec(row) : null;
    if (match === null) return undefined;
    return {
        attachments: Number(match[2]),
        limit: match[3] === "d" ? "dedicated" : "shared",
        baselineMBps: Number(match[4]),
        maximumMBps: Number(match[5]),
    };
}
