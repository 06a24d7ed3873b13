import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { EngineLog } from "./engine";
import { grpcError, structOf } from "./errors";
import type { Change, Changes, Context, Failure, Plugin, Resource } from "./plugin";
import { type Props, plainProps, same } from "./values";

const props = (struct: Struct | undefined): Props => plainProps(struct?.toJavaScript() ?? {});

/** `urn:pulumi:stack::project::parent$type::name` */
const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").pop() ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;
type Method = <Request, Response>(
    handler: Handler<Request, Response>,
) => (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;

const unary: Method = (handler) => (call, callback) => {
    Promise.resolve()
        .then(() => handler(call.request))
        .then(
            (response) => {
                callback(null, response);
            },
            (error: unknown) => {
                callback(grpcError(error));
            },
        );
};

const KINDS: Record<Change, readonly [update: 0 | 2 | 4, replace: 1 | 3 | 5]> = {
    add: [0, 1],
    delete: [2, 3],
    update: [4, 5],
};

function diffResponse(changes: Changes): proto.DiffResponse {
    const response = new proto.DiffResponse();
    response.setChanges(
        changes.size === 0 ? proto.DiffResponse.DiffChanges.DIFF_NONE : proto.DiffResponse.DiffChanges.DIFF_SOME,
    );
    response.setHasdetaileddiff(true);
    const top = new Set<string>();
    const replaces = new Set<string>();
    for (const [path, { change, replace }] of changes) {
        const detail = new proto.PropertyDiff();
        detail.setKind(KINDS[change][replace ? 1 : 0]);
        response.getDetaileddiffMap().set(path, detail);
        const property = path.split(/[.[]/, 1)[0] ?? path;
        top.add(property);
        if (replace) {
            replaces.add(property);
        }
    }
    response.setDiffsList([...top]);
    response.setReplacesList([...replaces]);
    return response;
}

function checked(inputs: Props, failures: readonly Failure[]): proto.CheckResponse {
    const response = new proto.CheckResponse();
    response.setInputs(structOf(inputs));
    response.setFailuresList(
        failures.map(({ property, reason }) => {
            const failure = new proto.CheckFailure();
            failure.setProperty(property);
            failure.setReason(reason);
            return failure;
        }),
    );
    return response;
}

/** The ResourceProvider service of the protocol, on top of a Plugin. */
export function serviceOf(plugin: Plugin, log: EngineLog, stop: AbortController): Record<string, ReturnType<Method>> {
    const resource = (urn: string): Resource => {
        const type = typeOf(urn);
        const found = plugin.resources[type];
        if (found === undefined) {
            const known = Object.keys(plugin.resources).join(", ");
            throw new Error(
                `the lab's stand-in of the ${plugin.name} plugin has no resource type '${type}'; it has ${known}`,
            );
        }
        return found;
    };
    const context = (urn: string, seconds: number): Context => ({
        urn,
        signal: stop.signal,
        timeoutMs: seconds > 0 ? seconds * 1000 : undefined,
        log: (severity, message) => log.write(severity, message, urn, false),
        status: (message) => log.write("info", message, urn, true),
    });
    return {
        getPluginInfo: unary(() => new PluginInfo().setVersion(plugin.version)),
        getSchema: unary(() => {
            const schema = { name: plugin.name, version: plugin.version };
            return new proto.GetSchemaResponse().setSchema(JSON.stringify(schema));
        }),
        attach: unary(() => new Empty()),
        checkConfig: unary((request: proto.CheckRequest) => {
            const news = props(request.getNews());
            return checked(news, plugin.checkConfig(news));
        }),
        diffConfig: unary((request: proto.DiffRequest) => {
            const olds = props(request.getOlds());
            const news = props(request.getNews());
            const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => key !== "version");
            const changed = keys.filter((key) => !same(olds[key], news[key]));
            return diffResponse(new Map(changed.map((key) => [key, { change: "update", replace: false }])));
        }),
        configure: unary(async (request: proto.ConfigureRequest) => {
            await plugin.configure(props(request.getArgs()), stop.signal);
            return new proto.ConfigureResponse().setSupportspreview(true);
        }),
        invoke: unary(async (request: proto.InvokeRequest) => {
            const token = request.getTok();
            const run = plugin.functions[token];
            if (run === undefined) {
                throw new Error(`the lab's stand-in of the ${plugin.name} plugin has no function '${token}'`);
            }
            const result = await run(props(request.getArgs()), stop.signal);
            return new proto.InvokeResponse().setReturn(structOf(result));
        }),
        check: unary((request: proto.CheckRequest) => {
            const urn = request.getUrn();
            const news = props(request.getNews());
            const { inputs, failures } = resource(urn).check(news, props(request.getOlds()), nameOf(urn));
            return checked(inputs, failures);
        }),
        diff: unary((request: proto.DiffRequest) =>
            diffResponse(
                resource(request.getUrn()).diff(
                    props(request.getOlds()),
                    props(request.getNews()),
                    props(request.getOldInputs()),
                    request.getIgnorechangesList(),
                ),
            ),
        ),
        create: unary(async (request: proto.CreateRequest) => {
            const urn = request.getUrn();
            const inputs = props(request.getProperties());
            const response = new proto.CreateResponse();
            if (request.getPreview()) {
                return response.setProperties(structOf(resource(urn).preview(inputs, undefined)));
            }
            const made = await resource(urn).create(inputs, context(urn, request.getTimeout()), nameOf(urn));
            return response.setId(made.id).setProperties(structOf(made.state));
        }),
        read: unary(async (request: proto.ReadRequest) => {
            const urn = request.getUrn();
            const state = props(request.getProperties());
            const inputs = props(request.getInputs());
            const found = await resource(urn).read(request.getId(), state, inputs, context(urn, request.getTimeout()));
            // An empty id says that it is gone.
            const response = new proto.ReadResponse();
            return found === undefined
                ? response
                : response.setId(found.id).setProperties(structOf(found.state)).setInputs(structOf(found.inputs));
        }),
        update: unary(async (request: proto.UpdateRequest) => {
            const urn = request.getUrn();
            const olds = props(request.getOlds());
            const news = props(request.getNews());
            const state = request.getPreview()
                ? resource(urn).preview(news, olds)
                : await resource(urn).update(request.getId(), olds, news, context(urn, request.getTimeout()));
            return new proto.UpdateResponse().setProperties(structOf(state));
        }),
        delete: unary(async (request: proto.DeleteRequest) => {
            const urn = request.getUrn();
            await resource(urn).delete(
                request.getId(),
                props(request.getProperties()),
                context(urn, request.getTimeout()),
            );
            return new Empty();
        }),
        cancel: unary(() => {
            stop.abort(new Error("cancelled by the engine"));
            return new Empty();
        }),
    } as unknown as Record<string, ReturnType<Method>>;
}
