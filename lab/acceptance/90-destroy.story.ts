import * as assert from "node:assert/strict";
import {
    DescribeInstancesCommand,
    DescribeNetworkInterfacesCommand,
    DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { TAG } from "../../infra/model/names";
import { STORY_TIMEOUT_MS, theSite } from "./shared";

/** The last story: nothing of the drive is left for another. */
describe("destroy", function () {
    this.timeout(STORY_TIMEOUT_MS);

    it("does nothing without the drive's name", async () => {
        const { drive } = await theSite();
        const before = await left();
        for (const wrong of [[], ["--name", "another"]]) {
            const refused = await drive.checkout.tryElasticDrive("destroy", "--stack", drive.stack, "--yes", ...wrong);
            assert.notEqual(refused.code, 0);
        }
        assert.deepEqual(await left(), before);
    });

    it("takes everything away, and the lab has nothing of the drive left", async () => {
        const { drive } = await theSite();
        drive.close();
        await drive.checkout.elasticDrive(
            "destroy",
            "--stack",
            drive.stack,
            "--yes",
            "--name",
            `${drive.stack}/content`,
        );
        assert.deepEqual(await left(), { volumes: [], servers: [], interfaces: [] });
    });
});

async function left(): Promise<Record<string, (string | undefined)[]>> {
    const { ec2 } = await theSite();
    const Filters = [{ Name: `tag:${TAG.drive}`, Values: ["content"] }];
    const states = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };
    const [volumes, servers, interfaces] = await Promise.all([
        ec2.send(new DescribeVolumesCommand({ Filters })),
        ec2.send(new DescribeInstancesCommand({ Filters: [...Filters, states] })),
        ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
    ]);
    return {
        volumes: volumes.Volumes!.map((volume) => volume.VolumeId),
        servers: servers.Reservations!.flatMap(({ Instances }) => Instances!.map((server) => server.InstanceId)),
        interfaces: interfaces.NetworkInterfaces!.map((held) => held.NetworkInterfaceId),
    };
}
