import type { Policies } from "@pulumi/policy";
import { backupDeclared } from "./backup-declared";
import { backupSettings } from "./backup-settings";
import { dataKeptOnTermination } from "./data-kept-on-termination";
import { dataNotInline } from "./data-not-inline";
import { driveProtected } from "./drive-protected";
import { driveTags } from "./drive-tags";
import { imdsv2LaunchTemplate } from "./imdsv2-launch-template";
import { imdsv2Required } from "./imdsv2-required";
import { instanceBandwidth } from "./instance-bandwidth";
import { sayingHow } from "./kit/saying-how";
import { largeFailureDomain } from "./large-failure-domain";
import { noDeleteScript } from "./no-delete-script";
import { noMultiAttach } from "./no-multi-attach";
import { notOpenToTheWorld } from "./not-open-to-the-world";
import { packConfiguration } from "./pack-configuration";
import { replacementSize } from "./replacement-size";
import { sameZone } from "./same-zone";
import { slotBudget } from "./slot-budget";
import { volumeEncrypted } from "./volume-encrypted";
import { volumeLimits } from "./volume-limits";
import { volumeProtected } from "./volume-protected";
import { volumesPerCustomer } from "./volumes-per-customer";
import { volumesPerDrive } from "./volumes-per-drive";

/** In the order of the documentation: what loses data first. */
const RULES: Policies = [
    volumeProtected,
    driveProtected,
    dataKeptOnTermination,
    dataNotInline,
    noDeleteScript,
    noMultiAttach,
    replacementSize,
    sameZone,
    volumeLimits,
    volumesPerDrive,
    volumesPerCustomer,
    slotBudget,
    volumeEncrypted,
    notOpenToTheWorld,
    imdsv2Required,
    imdsv2LaunchTemplate,
    driveTags,
    backupDeclared,
    backupSettings,
    instanceBandwidth,
    largeFailureDomain,
];

export const POLICIES: Policies = [...RULES, packConfiguration(RULES)].map(sayingHow);
