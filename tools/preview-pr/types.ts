import type { VolumeShape } from "../../infra/model/limits";

export interface Line {
    readonly text: string;
    readonly how: "online" | "downtime" | "nothing";
    /** About how long files cannot be reached, in minutes: from, to. */
    readonly minutes?: readonly [number, number];
    /** Why data could be lost; said loudly. */
    readonly loss?: string;
    /** Why EBS will not do it, whatever the preview says. */
    readonly impossible?: string;
    /** Only a protection goes. */
    readonly isLifted?: true;
}

export interface VolumeSeen {
    readonly name: string;
    readonly drive: string | undefined;
    readonly slot: string | undefined;
    readonly shape: VolumeShape;
    /** Else `shape` has the size of before: EBS takes none away. */
    readonly isSizeKnown: boolean;
    readonly protect: boolean;
    /** It leaves the stack and stays in EC2, for so many hours if it is said. */
    readonly isKept: boolean;
    readonly keepHours: string | undefined;
}
