import * as assert from "node:assert/strict";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { ConfigureAnalyzerRequest, PolicyConfig } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { configured } from "./configured";

interface Method {
    requestDeserialize(bytes: Buffer): { serializeBinary(): Uint8Array };
}

describe("the engine's configuration", () => {
    it("is seen as it comes over the wire, and handed on unchanged", () => {
        const config = new PolicyConfig();
        config.setEnforcementlevel(2);
        config.setProperties(Struct.fromJavaScript({ reason: "why" }));
        const request = new ConfigureAnalyzerRequest();
        request.getPolicyconfigMap().set("no-such-policy", config);
        const bytes = Buffer.from(request.serializeBinary());
        const { configure } = AnalyzerService as unknown as { configure: Method };
        assert.deepEqual(Buffer.from(configure.requestDeserialize(bytes).serializeBinary()), bytes);
        assert.deepEqual([...configured()], [["no-such-policy", { level: "disabled", settings: { reason: "why" } }]]);
        configure.requestDeserialize(Buffer.from(new ConfigureAnalyzerRequest().serializeBinary()));
        assert.equal(configured().size, 0);
    });

    it("with a level for every policy leaves out the policy that judges it, which so stays on", () => {
        const request = new ConfigureAnalyzerRequest();
        for (const name of ["all", "same-zone", "pack-configuration"])
            request.getPolicyconfigMap().set(name, new PolicyConfig().setEnforcementlevel(2));
        const { configure } = AnalyzerService as unknown as { configure: Method };
        const read = configure.requestDeserialize(Buffer.from(request.serializeBinary()));
        const handedOn = ConfigureAnalyzerRequest.deserializeBinary(read.serializeBinary()).getPolicyconfigMap();
        assert.deepEqual([...handedOn.keys()].sort(), ["all", "same-zone"]);
        configure.requestDeserialize(Buffer.from(new ConfigureAnalyzerRequest().serializeBinary()));
    });
});
