import { ACCOUNT } from "./seeds";
import type { Lab } from "./lab";

/** An access key that is an account's number belongs to that account; every other one to the lab's own. */
const accountOf = (accessKey: string): string => (/^\d{12}$/.test(accessKey) ? accessKey : ACCOUNT);

/** Whose a request is, and what that account has: nothing of the lab's own is in any other one. */
export class Accounts {
    private readonly others = new Map<string, Promise<Lab>>();

    constructor(
        private readonly own: Lab,
        private readonly open: () => Promise<Lab>,
    ) {}

    async lab(accessKey: string): Promise<Lab> {
        const account = accountOf(accessKey);
        if (account === ACCOUNT) {
            return this.own;
        }
        const found = this.others.get(account) ?? this.open();
        this.others.set(account, found);
        return found;
    }

    async close(): Promise<void> {
        await Promise.all([...this.others.values()].map(async (lab) => (await lab).close()));
    }
}

/** STS's answer to GetCallerIdentity. Moto knows one account only. */
export function callerIdentity(accessKey: string, requestId: string): string {
    const account = accountOf(accessKey);
    return (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        `<Arn>arn:aws:iam::${account}:user/lab</Arn><UserId>AIDALAB0000000000USER</UserId><Account>${account}</Account>` +
        `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
    );
}
