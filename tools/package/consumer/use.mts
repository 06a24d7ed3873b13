/** A program of somebody else's, as an ES module: type-checked against the installed package, and run. */
import { Drive, DriveError, MSG, type Message, type Status } from "elastic-drive";

async function main(): Promise<void> {
    const drive = new Drive({ projectDir: process.cwd(), stack: process.argv[2] ?? "" });
    const run = drive.status();
    const said: Message[] = [];
    for await (const message of run) said.push(message);
    const status: Status = await run;
    // @ts-expect-error the drive's name is text: the types are there, and strict
    const wrong: number = status.drive;

    const refused = await drive.change({ slot: "zz", sizeGiB: 20 }).then(
        () => "nothing",
        (error: unknown) => (error instanceof DriveError ? error.code : "another"),
    );
    const unasked = await drive.grow({ to: 100 }).catch((error: DriveError) => error.code);
    const stopped = await drive.up({ signal: AbortSignal.abort() }).catch((error: DriveError) => error.code);
    const codes = said.map(({ code }) => code);
    process.stdout.write(
        JSON.stringify({ drive: wrong, codes, known: codes.includes(MSG.STATUS.code), refused, unasked, stopped }),
    );
}

void main();
