import type { Observed } from "../model/observed";
import type { Step } from "../model/steps";

export interface Look {
    /** Whether the engine is asked too: it is the dearest look, so once before the person is asked. */
    readonly preview: boolean;
    /** Whatever the server answers is shown, not thrown: for who only looks. */
    readonly tolerant?: boolean;
    /** Also while another driver holds the lease: for who only looks. */
    readonly beside?: boolean;
}

/** What the loop needs of a world: to look at it, and to change it by one step. The real one and the simulated one. */
export interface Ports {
    observe(look: Look): Promise<Observed>;
    /**
     * Returns when the step's effect is there; being killed at any moment is allowed. When an `up` fails, or half-known
     * creations were forgotten, EC2 shows what was made before the next look: else it would be made once more.
     */
    apply(step: Step): Promise<void>;
}
