import { type ServiceError, Metadata, status as Code } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { InitializationFailed, messageOf } from "./plugin";
import { type Props, sendable } from "./values";

type Struct_ = Struct;
export const structOf = (props: Props): Struct_ =>
    Struct.fromJavaScript(sendable(props) as Parameters<typeof Struct.fromJavaScript>[0]);

/** A failure as the protocol has it: an InitializationFailed carries id and state along in the status' details. */
export function grpcError(error: unknown): Partial<ServiceError> {
    const message = messageOf(error);
    const metadata = new Metadata();
    if (error instanceof InitializationFailed) {
        const detail = new ErrorResourceInitFailed();
        detail.setId(error.id);
        detail.setProperties(structOf(error.state));
        detail.setReasonsList([message]);
        const any = new Any();
        any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
        const status = new Status();
        status.setCode(Code.UNKNOWN);
        status.setMessage(message);
        status.addDetails(any);
        metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    }
    return { code: Code.UNKNOWN, details: message, message, metadata };
}

export const unimplemented = (what: string): Partial<ServiceError> => ({
    code: Code.UNIMPLEMENTED,
    details: `${what} is not served by this stand-in`,
});
