import { MOUNT_POINT } from "../../infra/model/names";
import { consolidates } from "./moving";
import { STORY_TIMEOUT_MS, theSite, webServers } from "./shared";

/** The long form of what 25-move does with two. */
describe("consolidation", function () {
    this.timeout(STORY_TIMEOUT_MS);

    before(async () => {
        const site = await theSite();
        await site.init("ba=1");
        await site.drive.up();
        const { privateIp } = await site.drive.outputs();
        await (await site.drive.server()).run(`sudo install -d -o 33 -g 33 ${MOUNT_POINT}/share`);
        for (const web of await webServers()) await web.mount(privateIp);
    });

    it("four volumes become one under a writer and a faulty EC2; the driver is killed, and another checkout goes on", () =>
        consolidates(["bb", "bc", "bd"], "be"));
});
