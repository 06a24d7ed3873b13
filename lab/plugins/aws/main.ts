import type { Resource } from "../protocol/plugin";
import { serve } from "../protocol/serve";
import { volumeAttachment } from "./attachment";
import { Api } from "./client";
import { define, type Definition } from "./define";
import { settingsFaults, settingsOf } from "./settings";
import { volume } from "./volume";

const DEFINITIONS: Record<string, Definition> = {
    "aws:ebs/volume:Volume": volume,
    "aws:ec2/volumeAttachment:VolumeAttachment": volumeAttachment,
};

let configured: Api | undefined;
const api = (): Api => {
    if (configured === undefined) {
        throw new Error("the provider is not configured yet");
    }
    return configured;
};

const resources: Record<string, Resource> = {};
for (const [token, definition] of Object.entries(DEFINITIONS)) {
    resources[token] = define(api, definition);
}

serve({
    name: "aws",
    version: "7.48.0",
    checkConfig: settingsFaults,
    configure: (config) => (configured = new Api(settingsOf(config))),
    resources,
    functions: {},
});
