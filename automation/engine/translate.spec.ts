import * as assert from "node:assert/strict";
import { lockHolders, translate } from "./translate";

/** What engines and providers really printed, cut to the telling lines. */
const SAMPLES: [string, string][] = [
    ["WrongPassphrase", "error: getting stack configuration: get stack secrets manager: incorrect passphrase"],
    [
        "WrongPassphrase",
        "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    ],
    [
        "WrongPassphrase",
        "error: could not create secrets manager for new stack: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    ],
    [
        "SecretsRefused",
        'error: could not create secrets manager for new stack: secrets (code=Unknown): RequestError: send request failed\ncaused by: Post "https://kms.us-east-1.amazonaws.com/": dial tcp: lookup kms.us-east-1.amazonaws.com on 10.0.0.2:53: no such host',
    ],
    [
        "SecretsRefused",
        "error: getting secrets manager: secrets (code=PermissionDenied): AccessDeniedException: User: arn:aws:iam::123456789012:user/a is not authorized to perform: kms:Decrypt",
    ],
    [
        "BackendRefused",
        'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): AccessDenied: Access Denied\n\tstatus code: 403, request id: , host id: ',
    ],
    [
        "BackendRefused",
        'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, https response error StatusCode: 403, RequestID: 1, HostID: 2, api error Forbidden: Forbidden',
    ],
    [
        "BackendUnreachable",
        'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): RequestError: send request failed\ncaused by: Get "http://nowhere.invalid/bkt/.pulumi/meta.yaml": dial tcp: lookup nowhere.invalid on 10.0.0.2:53: no such host',
    ],
    [
        "BackendUnreachable",
        "error: unable to open bucket file:///nonexistent/x?no_tmp_dir=true: stat /nonexistent/x: no such file or directory",
    ],
    [
        "NotAllowed",
        "operation error EC2: CreateVolume, https response error StatusCode: 403, RequestID: 1, api error UnauthorizedOperation: You are not authorized. plugin in /home/a/.pulumi/plugins/resource-aws",
    ],
    [
        "EndpointUnreachable",
        'plugin /home/a/.pulumi/plugins/resource-aws-v7.48.0: Post "http://127.0.0.1:4566/": dial tcp 127.0.0.1:4566: connect: connection refused',
    ],
    ["NotLoggedIn", "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"],
    ["NoSuchStack", "error: no stack named 'nope' found"],
    ["StackExists", "error: stack 'organization/elastic-drive/a' already exists"],
    [
        "SlotHoldsData",
        'error: Preview failed: unable to delete resource "urn:pulumi:t::elastic-drive::elastic-drive:index:Drive$elastic-drive:index:Volumes$aws:ebs/volume:Volume::content-bb"\n' +
            "as it is currently marked for protection. To unprotect the resource, remove the `protect` flag",
    ],
    [
        "NoCredentials",
        "error: pulumi:providers:aws resource 'default_7_48_0' has a problem: No valid credential sources found.",
    ],
    [
        "AccountDiffers",
        "error: pulumi:providers:aws resource 'default_7_48_0' has a problem: AWS account ID not allowed: 210987654321",
    ],
    [
        "NotAllowed",
        "operation error EC2: CreateVolume, https response error StatusCode: 403, api error UnauthorizedOperation: You are not authorized to perform this operation.",
    ],
    ["EndpointUnreachable", 'Post "http://127.0.0.1:4566/": dial tcp 127.0.0.1:4566: connect: connection refused'],
    ["PluginMissing", "error: no resource plugin 'pulumi-resource-aws' found in the workspace at version v7.48.0"],
    [
        "LanguageHostTooOld",
        'error: policy pack "/x/policies" failed to start: could not read plugin [/x/policies]: not supported',
    ],
    [
        "GuestRefused",
        "elastic-drive: refused: an ext4 signature on /dev/vdc; expected: a blank disk; wipe it yourself if its data is not wanted (DiskNotBlank)",
    ],
    [
        "Throttled",
        "operation error EC2: AttachVolume, exceeded maximum number of attempts, 3, https response error StatusCode: 503, api error RequestLimitExceeded: Request limit exceeded.",
    ],
    [
        "Ec2Unwell",
        "operation error EC2: RunInstances, https response error StatusCode: 500, api error InternalError: An internal error has occurred",
    ],
    [
        "ModificationsSpent",
        "modifying EBS Volume (vol-1): operation error EC2: ModifyVolume, https response error StatusCode: 400, api error VolumeModificationRateExceeded: You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume.",
    ],
    [
        "Ec2Refused",
        "modifying EBS Volume (vol-1): operation error EC2: ModifyVolume, https response error StatusCode: 400, api error IncorrectModificationState: Volume vol-1 cannot be modified in modification state OPTIMIZING",
    ],
    [
        "Ec2LimitReached",
        "attaching EBS Volume: operation error EC2: AttachVolume, https response error StatusCode: 400, api error AttachmentLimitExceeded: Volume count limit reached",
    ],
    [
        "Ec2LimitReached",
        "creating EBS Volume: operation error EC2: CreateVolume, https response error StatusCode: 400, api error VolumeLimitExceeded: You have exceeded your maximum gp3 storage limit",
    ],
    [
        "DesiredStateFaulty",
        "error: Running program failed with: InvalidInput: elastic-drive:drive: slots.ba.sizeGiB: at least 1 GiB",
    ],
    [
        "ModificationFailed",
        "waiting for EBS Volume (vol-0a1b2c3d4e5f60718) update: unexpected state 'failed', wanted target 'completed, optimizing'",
    ],
    ["StateUnreadable", "error: failed to load checkpoint: EOF"],
];

describe("translate", () => {
    for (const [code, said] of SAMPLES) {
        it(`${code}: ${said.slice(0, 60)}…`, () => {
            const error = translate(said);
            assert.equal(error.code, code);
            assert.notEqual(error.details.hint ?? "", "");
            assert.doesNotMatch(error.message, /undefined/);
        });
    }
    it("names the slot that a protected volume belongs to", () => {
        assert.equal(
            translate(SAMPLES.find(([code]) => code === "SlotHoldsData")![1]).details.hint,
            "put slots.bb back into the configuration: elastic-drive replace bb moves its data first",
        );
    });
    it("passes on what the server saw, expected and advises", () => {
        const error = translate(SAMPLES.find(([code]) => code === "GuestRefused")![1]);
        assert.equal(
            error.message,
            "the server refuses (DiskNotBlank): saw an ext4 signature on /dev/vdc, expected a blank disk",
        );
        assert.equal(error.details.hint, "wipe it yourself if its data is not wanted");
    });
    it("stops at what it does not know, and shows it", () => {
        const error = translate("    resource running\nerror: the moon is in the wrong place\n");
        assert.equal(error.code, "EngineFailed");
        assert.match(error.message, /the moon is in the wrong place/);
    });
});

describe("lockHolders", () => {
    const said =
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
        "  file:///srv/b/.pulumi/locks/organization/elastic-drive/a/a16290ff.json?no_tmp_dir=true: created by root@build-7 (pid 9725) at 2026-11-22T19:42:13Z";
    it("reads host, pid and time from the engine's message", () => {
        assert.deepEqual(lockHolders(said), [
            { user: "root", host: "build-7", pid: 9725, since: "2026-11-22T19:42:13Z" },
        ]);
    });
    it("is silent about anything else", () => {
        assert.equal(lockHolders("error: incorrect passphrase"), undefined);
    });
});
