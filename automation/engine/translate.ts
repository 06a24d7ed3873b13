import { DriveError } from "../../infra/model/errors";
import { LIMIT, limitHint } from "../model/limit-codes";

/**
 * The one place that reads the engine's English (A9 of the style notes): real samples lie in translate.spec.ts, and
 * what is not recognised is an error of its own, EngineFailed, that stops and shows what the engine said.
 */
interface Rule {
    readonly code: string;
    readonly pattern: RegExp;
    readonly say: (match: RegExpExecArray) => readonly [message: string, hint: string];
    readonly retryable?: true;
}

/** What the backend's library puts in front of what its store said. */
const STORE = String.raw`(?:\.pulumi/(?:meta|stacks|locks|history|backups)|blob \(key|unable to open bucket|could not list bucket|unable to check if bucket|secrets \(code=)`;

const RULES: readonly Rule[] = [
    rule("WrongPassphrase", /could not create secrets manager for new stack: passphrase must be set/, () => [
        "there is no passphrase for the new stack's secrets",
        "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE), or give a key: init --secrets-provider awskms://alias/…",
    ]),
    rule(
        "SecretsRefused",
        /(?:secrets \(code=\w+\): |could not create secrets manager for new stack: )([^\n]*(?:\ncaused by: [^\n]*)?)/,
        (m) => [
            `the key of the stack's secrets cannot be used: ${oneLine(m[1]!)}`,
            "is the secrets provider (its URL in stacks/Pulumi.<stack>.yaml, or --secrets-provider) right, and may you encrypt and decrypt with that key",
        ],
    ),
    rule(
        "BackendUnreachable",
        new RegExp(
            `${STORE}[\\s\\S]{0,400}?(?:connection refused|no such host|i/o timeout|no such file or directory|network is unreachable)`,
        ),
        (m) => [
            `the backend that keeps the state does not answer: ${oneLine(m[0])}`,
            "is PULUMI_BACKEND_URL right (or what pulumi login chose), and is there a way to it",
        ],
        true,
    ),
    rule(
        "BackendRefused",
        new RegExp(
            `${STORE}[\\s\\S]{0,400}?(?:AccessDenied|Forbidden|PermissionDenied|permission denied|NoSuchBucket|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|NoCredentialProviders|[Ss]tatus ?[Cc]ode: 40[13])[^\\n]*`,
        ),
        (m) => [
            `the backend that keeps the state refuses: ${oneLine(m[0])}`,
            "is PULUMI_BACKEND_URL right, and may you list, read, write and delete there; the drive's own policy does not contain the state's bucket",
        ],
    ),
    rule(
        "WrongPassphrase",
        /incorrect passphrase|passphrase must be set|invalid ciphertext|decrypting .*: message authentication failed/,
        () => [
            "the passphrase does not open this stack's secrets",
            "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the one the stack was made with",
        ],
    ),
    rule("NotLoggedIn", /PULUMI_ACCESS_TOKEN must be set for login|please run `?pulumi login/, () => [
        "no Pulumi backend is chosen",
        'pulumi login, or set PULUMI_BACKEND_URL; for the lab: eval "$(elastic-drive lab env)"',
    ]),
    rule("StateUnreadable", /failed to load checkpoint: EOF/, () => [
        "an engine was killed while the file:// backend wrote: the attributes beside the stack's state are empty",
        "delete the empty .pulumi/stacks/…/*.attrs (they hold nothing the engine needs); ?metadata=skip at the end of PULUMI_BACKEND_URL leaves them out for good",
    ]),
    rule("NoSuchStack", /no stack named '([^']+)' found/, (m) => [
        `there is no stack '${m[1]}'`,
        "elastic-drive init makes one; pulumi stack ls lists them",
    ]),
    rule("StackExists", /stack '([^']+)' already exists/, (m) => [
        `stack '${m[1]}' already exists`,
        "choose another --stack",
    ]),
    rule(
        "SlotHoldsData",
        /[Rr]esource "[^"]*(?:volume:Volume|volumeAttachment:VolumeAttachment)::([a-z][a-z0-9-]*)-([b-d][a-z])"(?: cannot be deleted|[\s\S]{0,40}protect)/,
        (m) => [
            `slot ${m[2]} still holds data, its volume is protected`,
            `put slots.${m[2]} back into the configuration: elastic-drive replace ${m[2]} moves its data first`,
        ],
    ),
    rule(
        "DriveProtected",
        /[Rr]esource "[^"]*::([^:"]+)" cannot be deleted|unable to delete resource "[^"]*::([^:"]+)"/,
        (m) => [
            `${m[1] ?? m[2]} holds the drive up and is protected: nothing was deleted`,
            "look first why it was asked for: another account or region, an old checkout (elastic-drive pull), a line taken out of the configuration; elastic-drive rehost replaces a server",
        ],
    ),
    rule(
        "NoCredentials",
        /[Nn]o valid credential sources|NoCredentialProviders|AuthFailure|InvalidClientTokenId|UnrecognizedClientException|ExpiredToken/,
        () => [
            "AWS does not accept the credentials, or there are none",
            'set AWS_PROFILE or the AWS_… variables; for the lab: eval "$(elastic-drive lab env)"',
        ],
    ),
    rule("AccountDiffers", /AWS account ID not allowed: ?(\d*)/i, (m) => [
        `the credentials are of AWS account ${m[1] === "" ? "(unknown)" : m[1]}, which aws:allowedAccountIds does not name`,
        "give the credentials of the drive's account (AWS_PROFILE); nothing was changed",
    ]),
    rule("NotAllowed", /UnauthorizedOperation[^\n]*|AccessDenied[^\n]*/, (m) => [
        `AWS refuses: ${m[0]}`,
        "the README has the policy the drive needs",
    ]),
    rule(
        "EndpointUnreachable",
        /connect(?:ex)?: connection refused|ECONNREFUSED|no such host|ENOTFOUND/,
        () => [
            "nothing answers at the address of EC2 or of the server",
            "is the lab running (elastic-drive lab status), is AWS_ENDPOINT_URL right, does the server answer",
        ],
        true,
    ),
    rule("PluginMissing", /no resource plugin '([^']+)' found|could not (?:load|find) plugin for (\S+)/i, (m) => [
        `the provider plugin ${m[1] ?? m[2]} is not installed`,
        'pulumi plugin install, or for the lab: eval "$(elastic-drive lab env)"',
    ]),
    rule("LanguageHostTooOld", /failed to start: could not read plugin \[[^\]]*\]: not supported/, () => [
        "the engine's language host is older than the engine and starts no policy pack",
        "put pulumi-language-nodejs of the same release beside pulumi: which pulumi-language-nodejs shows the one that is used",
    ]),
    rule("GuestRefused", /elastic-drive: refused: (.*?); expected: (.*?); (.*) \(([A-Z]\w+)\)/, (m) => [
        `the server refuses (${m[4]}): saw ${m[1]}, expected ${m[2]}`,
        m[3]!,
    ]),
    rule(
        "SshUnreachable",
        /(?:after \d+ failed attempts|[Dd]ial(?:ing)? error|ssh: handshake failed|unable to (?:connect|dial))[^\n]*/,
        (m) => [
            `the engine cannot reach the server by ssh: ${m[0].slice(0, 200)}`,
            "is it running, does network.sshFrom contain this machine; the same command goes on",
        ],
        true,
    ),
    rule(
        "Throttled",
        /RequestLimitExceeded|Throttling|TooManyRequests/,
        () => ["EC2 throttles requests", "wait a minute; the same command goes on"],
        true,
    ),
    rule(
        "Ec2Unwell",
        /InternalError|InternalFailure|ServiceUnavailable|StatusCode: 5\d\d|https response error StatusCode: 50\d/,
        () => ["EC2 answers with an internal error", "wait a minute; the same command goes on"],
        true,
    ),
    rule("ModificationFailed", /\((vol-[0-9a-f]+)\) update[\s\S]{0,80}?unexpected state 'failed'/, (m) => [
        `EC2 has given up the modification of volume ${m[1]}: it is as it was before`,
        "the same command asks for it once more (it counts as one of four in 24 hours); if EC2 fails again, elastic-drive plan shows other ways, or give the slot the size it had",
    ]),
    rule("ModificationsSpent", /VolumeModificationRateExceeded[^\n]*/, () => [
        "EC2 takes no further modification of a volume now: it has had its four of 24 hours",
        "the same command goes on once the oldest of them is a day old; elastic-drive plan shows ways that modify nothing",
    ]),
    rule("Ec2LimitReached", LIMIT, (m) => [
        `EC2 refuses: ${m[1]}: ${(m[2] ?? "").trim().slice(0, 300)}`,
        limitHint(m[1]!),
    ]),
    rule(
        "Ec2Refused",
        /api error ([A-Z][A-Za-z.]+): ([^\n]+)|\b((?:Invalid|Volume|Instance|Address|Incorrect|Snapshot|Unsupported|Resource)[A-Za-z]*\.?[A-Za-z]*(?:Exceeded|State|Duplicate|NotFound|Malformed|InUse|Value|ParameterValue|ZoneMismatch))\b:? ?([^\n]*)/,
        (m) => [
            `EC2 refuses: ${m[1] ?? m[3]}: ${(m[2] ?? m[4] ?? "").trim().slice(0, 300)}`,
            "correct what it names; the same command goes on",
        ],
    ),
    rule("DesiredStateFaulty", /InvalidInput: ([^\n]+)/, (m) => [
        m[1]!,
        "correct the configuration; nothing was changed",
    ]),
    rule("Interrupted", /update canceled|operation canceled|cancel(?:l)?ed by user/, () => [
        "stopped on request",
        "the same command goes on from here",
    ]),
];

function rule(code: string, pattern: RegExp, say: Rule["say"], retryable?: true): Rule {
    return { code, pattern, say, ...(retryable === undefined ? {} : { retryable }) };
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, 300);

/** The drive's own words for what the engine said, cause kept. */
export function translate(said: string, cause?: unknown): DriveError {
    for (const { code, pattern, say, retryable } of RULES) {
        const match = pattern.exec(said);
        if (match === null) continue;
        const [message, hint] = say(match);
        return new DriveError(code, message, { hint, cause, ...(retryable === undefined ? {} : { retryable }) });
    }
    return new DriveError("EngineFailed", `the engine stopped: ${essence(said)}`, {
        hint: "the same command goes on once the reason is gone; --debug shows everything the engine said",
        cause,
    });
}

/** The lines that say "error", else the last ones. */
function essence(said: string): string {
    const lines = said
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
    const errors = lines.filter((line) => /error|failed/i.test(line));
    return (errors.length > 0 ? errors : lines.slice(-3)).slice(0, 4).join(" | ").slice(0, 800);
}

export interface LockHolder {
    readonly user: string;
    readonly host: string;
    readonly pid: number;
    readonly since: string;
}

/** Who holds the lock of a `file://` or bucket backend, from the engine's own message; undefined: it is not about a lock. */
export function lockHolders(said: string): LockHolder[] | undefined {
    if (!said.includes("the stack is currently locked by")) return undefined;
    return [...said.matchAll(/created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map((m) => ({
        user: m[1]!,
        host: m[2]!,
        pid: Number(m[3]),
        since: m[4]!,
    }));
}
