import { createHash, createHmac } from "node:crypto";

export interface Identity {
    readonly accountId: string;
    readonly arn: string;
    readonly userId: string;
}

interface Request {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKey: string;
    readonly secretKey: string;
    readonly token: string | undefined;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

const BODY = "Action=GetCallerIdentity&Version=2011-06-15";

/** AWS's signature, version 4, of the one request made here. */
function signed({ endpoint, region, accessKey, secretKey, token }: Request): Record<string, string> {
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const headers: Record<string, string> = {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        host: new URL(endpoint).host,
        "x-amz-date": date,
        ...(token === undefined ? {} : { "x-amz-security-token": token }),
    };
    const names = Object.keys(headers).sort();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
    const scope = `${date.slice(0, 8)}/${region}/sts/aws4_request`;
    const canonical = ["POST", "/", "", lines, names.join(";"), hash(BODY)].join("\n");
    const toSign = ["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\n");
    const key = scope.split("/").reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
    const signature = hmac(key, toSign).toString("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
    return { ...headers, authorization };
}

/** Who the credentials belong to. One call of one service: not worth its SDK. */
export async function callerIdentity(request: Request, signal: AbortSignal): Promise<Identity> {
    const response = await fetch(request.endpoint, { method: "POST", headers: signed(request), body: BODY, signal });
    const text = await response.text();
    const value = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    const [accountId, arn, userId] = [value("Account"), value("Arn"), value("UserId")];
    if (!response.ok || accountId === undefined || arn === undefined || userId === undefined) {
        const code = value("Code") ?? `status ${response.status}`;
        throw new Error(
            `reading STS Caller Identity: operation error STS: GetCallerIdentity, api error ${code}: ${value("Message") ?? text.slice(0, 200)}`,
        );
    }
    return { accountId, arn, userId };
}
