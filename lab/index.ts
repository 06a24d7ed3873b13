/** The lab for other code: the demo, the stories, the benches. */
export { labEnvironment } from "./daemon/environment";
export { control as labControl } from "./daemon/client";
export { labFolder } from "./daemon/folders";
export { sshLine } from "./machines/ssh-port";
export { startLab } from "./daemon/start";
export type { Started, StartOptions } from "./daemon/start";
export { stopLab } from "./daemon/stop";
export type { StopOptions } from "./daemon/stop";
