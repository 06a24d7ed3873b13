import * as assert from "node:assert/strict";
import { ec2Error } from "./errors";

const thrown = (name: string, more: object = {}): Error => Object.assign(new Error("said"), { name }, more);

describe("ec2Error", () => {
    for (const [code, error] of [
        ["NoCredentials", thrown("CredentialsProviderError")],
        ["NoCredentials", thrown("AuthFailure")],
        [
            "WrongRegion",
            Object.assign(new Error("Credential should be scoped to a valid region"), { name: "AuthFailure" }),
        ],
        ["NotAllowed", thrown("UnauthorizedOperation")],
        ["EndpointUnreachable", thrown("Error", { code: "ECONNREFUSED" })],
        ["EndpointUnreachable", thrown("AggregateError", { errors: [{ code: "ECONNREFUSED" }] })],
        ["Ec2Unwell", thrown("RequestLimitExceeded")],
        ["Ec2Unwell", thrown("InternalError", { $metadata: { httpStatusCode: 500 } })],
        ["SnapshotsBusy", thrown("SnapshotCreationPerVolumeRateExceeded", { $metadata: { httpStatusCode: 400 } })],
        ["SnapshotsBusy", thrown("ConcurrentSnapshotLimitExceeded", { $metadata: { httpStatusCode: 400 } })],
        ["SnapshotsBusy", thrown("PendingSnapshotLimitExceeded", { $metadata: { httpStatusCode: 400 } })],
        ["Ec2LimitReached", thrown("SnapshotLimitExceeded", { $metadata: { httpStatusCode: 400 } })],
        ["Ec2LimitReached", thrown("VolumeLimitExceeded", { $metadata: { httpStatusCode: 400 } })],
        ["Ec2Refused", thrown("IncorrectState", { $metadata: { httpStatusCode: 400 } })],
    ] as const) {
        it(`${error.name} is ${code}, with a way on`, () => {
            const found = ec2Error(error, "StopInstances", "http://127.0.0.1:1");
            assert.equal(found.code, code);
            assert.notEqual(found.details.hint ?? "", "");
        });
    }
    it("sends nobody to the lab whose endpoint is not on this machine", () => {
        const hint = (endpoint: string | undefined): string =>
            ec2Error(thrown("Error", { code: "ENOTFOUND" }), "x", endpoint).details.hint ?? "";
        assert.match(hint("http://127.0.0.1:4566"), /elastic-drive lab status/);
        assert.match(hint("https://vpce-0123.ec2.us-east-1.vpce.amazonaws.com"), /^is AWS_ENDPOINT_URL right/);
        assert.match(hint(undefined), /is the region .* spelt right/);
    });

    it("keeps what the SDK says of credentials: a single sign-on that has ended names its own way on", () => {
        const ended =
            "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.";
        for (const name of ["CredentialsProviderError", "TokenProviderError"]) {
            const found = ec2Error(Object.assign(new Error(ended), { name }), "DescribeInstances", undefined);
            assert.equal(found.code, "NoCredentials");
            assert.ok(found.message.includes(ended), found.message);
            assert.match(found.details.hint ?? "", /aws sso login/);
            assert.doesNotMatch(found.details.hint ?? "", /AWS_PROFILE/);
        }
    });
    it("leaves the drive's own errors as they are", () => {
        const own = ec2Error(thrown("AuthFailure"), "x", undefined);
        assert.equal(ec2Error(own, "y", undefined), own);
    });
});
