import { Command, InvalidArgumentError, Option } from "commander";
import { DELAY_PROFILES } from "../ec2/delays";
import type { DelayProfile } from "../ec2/delays";
import { DEFAULT_PORT, labFolder } from "../daemon/folders";
import { addFault, clearFaults, listFaults } from "./fault";
import { showConsole, ssh } from "./machine";
import { showEnvironment, start, status, stop } from "./run";

const whole =
    (least: number, most: number) =>
    (text: string): number => {
        const value = Number(text);
        if (!/^\d+$/.test(text) || value < least || value > most) {
            throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
        }
        return value;
    };

const EXAMPLES = `
Examples:
  elastic-drive lab start                      start the lab, machines included
  eval "$(elastic-drive lab env)"              use it from this shell
  elastic-drive lab ssh content-server         log in to a machine by its Name tag
  elastic-drive lab fault add AttachVolume throttle --count 3
  elastic-drive lab stop                       shut machines down; disks and state stay
  elastic-drive lab stop --wipe                leave nothing`;

/** Thin: parse, call, render. */
export function labProgram(): Command {
    const program = new Command("elastic-drive lab").description("an EC2 on one's own machine");
    // Set before the subcommands, which inherit it: the caller decides how to end and what to say.
    program
        .exitOverride()
        .configureOutput({ outputError: () => undefined })
        .configureHelp({ helpWidth: 100 })
        .addHelpText("after", EXAMPLES);
    const under =
        (parent: Command) =>
        (name: string, about: string, example: string): Command =>
            parent
                .command(name)
                .description(about)
                .option("--dir <folder>", "the lab's folder", labFolder())
                .option("--debug", "show stack traces")
                .addHelpText("after", `\nExample:\n  ${example}`);
    const command = under(program);

    const profiles = Object.keys(DELAY_PROFILES) as DelayProfile[];
    command("start", "start the lab and wait until it answers", "elastic-drive lab start --port 0 --delays instant")
        .option("--port <port>", "port on 127.0.0.1 (0: any that is free)", whole(0, 65_535), DEFAULT_PORT)
        .addOption(new Option("--delays <profile>", "how long EC2's states last").choices(profiles).default("lifelike"))
        .option("--no-machines", "the API alone: instances without machines")
        .action(start);
    command("stop", "stop the lab and all it started; disks and state stay", "elastic-drive lab stop --wipe")
        .option("--now", "pull the plugs instead of shutting machines down")
        .option("--wipe", "remove disks and state as well")
        .action(stop);
    command("status", "what runs and what is in it", "elastic-drive lab status --json")
        .option("--json", "as one JSON document")
        .action(status);
    command("env", "print the variables that point programs to the lab", 'eval "$(elastic-drive lab env)"')
        .option("--json", "as one JSON document")
        .action(showEnvironment);
    command("ssh", "log in to a machine", "elastic-drive lab ssh content-server lsblk")
        .argument("<instance>", "instance id or Name tag")
        .argument("[command...]", "what to run there instead of a shell")
        .action(ssh);
    command("console", "print a machine's serial console", "elastic-drive lab console content-server | tail")
        .argument("<instance>", "instance id or Name tag")
        .action(showConsole);

    const fault = program.command("fault").description("let EC2 fail on demand");
    const faultCommand = under(fault);
    const slow = "elastic-drive lab fault add AttachVolume slow --seconds 60";
    faultCommand("add", "the next calls of an action meet a fault", slow)
        .argument("<action>", "EC2 action, or * for any")
        .argument("<kind>", "throttle, error, lost-before, lost-after, stale, slow, stuck or fails")
        .option("--count <n>", "calls that meet it", whole(1, 1_000_000), 1)
        .option("--skip <n>", "calls that pass before", whole(0, 1_000_000), 0)
        .option("--seconds <n>", "for slow: how much longer", whole(0, 86_400), 30)
        .action(addFault);
    faultCommand("list", "faults still to come", "elastic-drive lab fault list").action(listFaults);
    faultCommand("clear", "no fault any more", "elastic-drive lab fault clear").action(clearFaults);
    return program;
}
