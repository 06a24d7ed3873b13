import {
    type handleUnaryCall,
    Server,
    ServerCredentials,
    type UntypedHandleCall,
    type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { EngineLog, whenEngineGone } from "./engine";
import { unimplemented } from "./errors";
import type { Plugin } from "./plugin";
import { serviceOf } from "./service";

/** Serves a plugin to the engine that started this process, and ends with it. */
export function serve(plugin: Plugin): void {
    const stop = new AbortController();
    // The engine's address is the last argument; flags for logging may come before it.
    const address = process.argv
        .slice(2)
        .filter((argument) => !argument.startsWith("-"))
        .pop();
    const handlers: UntypedServiceImplementation = {
        ...(serviceOf(plugin, new EngineLog(address), stop) as unknown as UntypedServiceImplementation),
    };
    for (const method of Object.keys(ResourceProviderService)) {
        const refuse: handleUnaryCall<unknown, unknown> = (_call, callback) => callback(unimplemented(method));
        handlers[method] ??= refuse as UntypedHandleCall;
    }
    const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(ResourceProviderService, handlers);
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error !== null) {
            process.stderr.write(`pulumi-resource-${plugin.name}: ${error.message}\n`);
            process.exit(1);
        }
        process.stdout.write(`${port}\n`);
    });
    // What is under way is dropped, as if the machine had lost its power: no provider may act for an engine that is dead.
    whenEngineGone(() => {
        stop.abort(new Error("the engine is gone"));
        process.exit(0);
    });
}
