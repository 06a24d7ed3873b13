import { Volume } from "@pulumi/aws/ebs/volume";
import { Instance } from "@pulumi/aws/ec2/instance";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";

const server = new Instance("server", {
    ami: "ami-0123456789abcdef0",
    instanceType: "t3.medium",
    availabilityZone: "us-east-1a",
    metadataOptions: { httpTokens: "required" },
});
for (let i = 0; i < 26; i++) {
    const name = `data-${String(i).padStart(2, "0")}`;
    const volume = new Volume(
        name,
        {
            availabilityZone: "us-east-1a",
            size: 100,
            type: "gp3",
            encrypted: true,
            ...(i === 3 && { iops: 3000, throughput: 500 }),
            tags: { "elastic-drive:drive": "big", "elastic-drive:slot": name, Name: name },
        },
        { protect: true },
    );
    new VolumeAttachment(
        name,
        { volumeId: volume.id, instanceId: server.id, deviceName: "/dev/xvdba" },
        { protect: true },
    );
}
