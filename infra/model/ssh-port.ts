import { InvalidInput } from "./errors";

/** Set by `elastic-drive lab env` alone: on AWS the server answers on 22, and its security group opens no other port. */
export const SSH_PORT_VARIABLE = "ELASTIC_DRIVE_SSH_PORT";
export const SSH_PORT = 22;

/** The port of the server's ssh: 22, except in a lab whose host leaves it no port 22 (an sshd of its own, an ordinary user). */
export function sshPort(env: Readonly<Record<string, string | undefined>>): number {
    const text = env[SSH_PORT_VARIABLE];
    if (text === undefined || text === "") return SSH_PORT;
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
        throw new InvalidInput(SSH_PORT_VARIABLE, [
            { path: "(the whole)", reason: `got '${text}'; a port, 1 to 65535` },
        ]);
    return port;
}
