import { inFlight } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, missingParameter } from "../errors";
import { interfacesOf, publicAddress, publicIpOf } from "../network";
import type { Instance, InstanceState } from "../state";
import { DONE } from "../call";
import { time } from "../xml";
import type { Xml } from "../xml";
import { stateView } from "./instance-view";

function named(call: Call): Instance[] {
    const ids = call.params.list("InstanceId");
    if (ids.length === 0) {
        throw missingParameter("InstanceId");
    }
    return ids.map((id) => find("instance", call.draft.instances, id));
}

/** All instances go from one state to another, or the request is refused as a whole. */
function change(call: Call, step: (instance: Instance) => void): Xml {
    const instances = named(call);
    const before = new Map<string, InstanceState>(instances.map((instance) => [instance.id, instance.state]));
    instances.forEach(step);
    return {
        instancesSet: instances.map((instance) => ({
            instanceId: instance.id,
            currentState: stateView(instance.state),
            previousState: stateView(before.get(instance.id) ?? instance.state),
        })),
    };
}

const refuse = (instance: Instance, verb: string): Ec2Error =>
    new Ec2Error(
        "IncorrectInstanceState",
        `The instance '${instance.id}' is not in a state from which it can be ${verb}.`,
    );

const userInitiated = (call: Call): string => `User initiated (${time(call.now).slice(0, 19).replace("T", " ")} GMT)`;

function startInstances(call: Call): Xml {
    return change(call, (instance) => {
        if (instance.state === "running" || instance.state === "pending") {
            return;
        }
        if (instance.state !== "stopped") {
            throw refuse(instance, "started");
        }
        delete instance.stateReason;
        delete instance.forced;
        const begun = { state: "pending", launchTime: call.now, transitionReason: "" };
        Object.assign(instance, begun, inFlight(call, call.delays.instancePending));
        for (const card of interfacesOf(call.draft, instance.id)) {
            if (card.autoPublic && publicIpOf(call.draft, card) === undefined) {
                card.autoPublicIp = publicAddress(call.draft);
            }
        }
    });
}

function stopInstances(call: Call): Xml {
    const force = call.params.bool("Force") ?? false;
    call.params.ignore("Hibernate");
    return change(call, (instance) => {
        if (instance.state === "stopped") {
            return;
        }
        if (instance.state === "stopping") {
            instance.forced = force || (instance.forced ?? false);
            return;
        }
        if (instance.state !== "running") {
            throw refuse(instance, "stopped");
        }
        if (instance.disableApiStop) {
            throw new Ec2Error(
                "OperationNotPermitted",
                `The instance '${instance.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
            );
        }
        const reason = {
            code: "Client.UserInitiatedShutdown",
            message: "Client.UserInitiatedShutdown: User initiated shutdown",
        };
        const begun = { state: "stopping", forced: force, stateReason: reason, transitionReason: userInitiated(call) };
        Object.assign(instance, begun, inFlight(call, call.delays.instanceStopping));
    });
}

function rebootInstances(call: Call): Xml {
    for (const instance of named(call)) {
        if (instance.state !== "running") {
            throw refuse(instance, "rebooted");
        }
        instance.rebooting = true;
    }
    return DONE;
}

function terminateInstances(call: Call): Xml {
    const held = named(call).find((instance) => instance.disableApiTermination);
    if (held !== undefined) {
        throw new Ec2Error(
            "OperationNotPermitted",
            `The instance '${held.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
        );
    }
    call.params.ignore("SkipOsShutdown", "Force");
    return change(call, (instance) => {
        if (instance.state === "terminated" || instance.state === "shutting-down") {
            return;
        }
        const reason = {
            code: "Client.UserInitiatedShutdown",
            message: "Client.UserInitiatedShutdown: User initiated shutdown",
        };
        const begun = { state: "shutting-down", stateReason: reason, transitionReason: userInitiated(call) };
        Object.assign(instance, begun, inFlight(call, call.delays.instanceShuttingDown));
    });
}

export const lifeActions: Handlers = {
    StartInstances: startInstances,
    StopInstances: stopInstances,
    RebootInstances: rebootInstances,
    TerminateInstances: terminateInstances,
};
