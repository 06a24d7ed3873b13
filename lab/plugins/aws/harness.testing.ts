import { ManualClock, realClock } from "../../ec2/clock";
import { TestLab } from "../../ec2/testing";
import { TestContext } from "../protocol/context.testing";
import type { Resource } from "../protocol/plugin";
import { plainProps, type Props } from "../protocol/values";
import { Api } from "./client";
import { define, type Definition } from "./define";
import { settingsOf } from "./settings";

export const ZONE = "us-east-1a";

/** A test lab's clock that runs by itself: whoever waits here waits in real time, for states that are over at once. */
export class RunningClock extends ManualClock {
    override now(): number {
        return realClock.now();
    }

    override at(time: number, callback: () => void): () => boolean {
        const cancel = realClock.at(time, callback);
        return () => {
            cancel();
            return true;
        };
    }
}

/** One resource type of the plugin against a lab without machines, through the real wire protocol. */
export class Harness {
    readonly context = new TestContext();
    readonly api: Api;

    private constructor(
        readonly lab: TestLab,
        maxRetries = 25,
    ) {
        const endpoints = JSON.stringify([{ ec2: lab.url }]);
        this.api = new Api(
            settingsOf({ region: "us-east-1", accessKey: "lab", secretKey: "lab", endpoints, maxRetries }),
        );
    }

    /** The same lab through a client that gives up at the first failure. */
    impatient(): Harness {
        return new Harness(this.lab, 1);
    }

    static async open(): Promise<Harness> {
        return new Harness(await TestLab.open({ clock: new RunningClock() }));
    }

    resource(definition: Definition): Resource {
        return define(() => this.api, definition);
    }

    /** As the engine does it: check, then create. Throws on a failed check. */
    async make(
        definition: Definition,
        given: Props,
        name = "it",
    ): Promise<{ id: string; state: Props; inputs: Props }> {
        const resource = this.resource(definition);
        const { inputs, failures } = resource.check(plainProps(given), {}, name);
        if (failures.length > 0) {
            throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
        }
        return { ...(await resource.create(inputs, this.context, name)), inputs };
    }

    /** As the engine does it: check, diff, and update if there is something to update. */
    async change(
        definition: Definition,
        made: { id: string; state: Props; inputs: Props },
        news: Props,
    ): Promise<Props> {
        const resource = this.resource(definition);
        const { inputs } = resource.check(news, made.inputs, "it");
        return resource.update(made.id, made.state, inputs, this.context);
    }

    paths(definition: Definition, made: { state: Props; inputs: Props }, news: Props): string[] {
        const resource = this.resource(definition);
        const { inputs } = resource.check(news, made.inputs, "it");
        const changes = resource.diff(made.state, inputs, made.inputs, []);
        return [...changes].map(([path, { replace }]) => (replace ? `${path}!` : path)).sort();
    }
}
