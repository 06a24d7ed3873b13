import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./all";

new PolicyPack("elastic-drive", { policies: POLICIES });
