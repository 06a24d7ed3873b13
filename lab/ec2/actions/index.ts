import type { Handlers } from "../call";
import { addressActions } from "./addresses";
import { attachmentActions } from "./attachments";
import { groupActions } from "./groups";
import { lifeActions } from "./instance-life";
import { instanceActions } from "./instances";
import { interfaceActions } from "./interfaces";
import { keyPairActions } from "./key-pairs";
import { modificationActions } from "./modifications";
import { placeActions } from "./places";
import { ruleActions } from "./rules";
import { runActions } from "./run-instances";
import { snapshotActions } from "./snapshots";
import { tagActions } from "./tagging";
import { volumeActions } from "./volumes";

/** Every action the lab does itself. */
export const ACTIONS: Handlers = {
    ...addressActions,
    ...attachmentActions,
    ...groupActions,
    ...instanceActions,
    ...interfaceActions,
    ...keyPairActions,
    ...lifeActions,
    ...modificationActions,
    ...placeActions,
    ...ruleActions,
    ...runActions,
    ...snapshotActions,
    ...tagActions,
    ...volumeActions,
};

/** EC2's actions on what the lab owns but that it does not know: moto has none of these objects, so it is not asked. */
const OWNED = /(Instance(?!Type)|Volume|Snapshot|NetworkInterface|Address|SecurityGroup|Subnet|Vpc|Tags|KeyPair|Image)/;
export const isOwned = (action: string): boolean => OWNED.test(action);
