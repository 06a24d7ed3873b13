import { DriveError } from "../../infra/model/errors";
import { instanceLimits } from "../../infra/model/instances";
import type { Ec2, Image, Subnet } from "../ec2/port";

export const AMD64: Image = {
    id: "ami-0aaaaaaa",
    name: "debian-13-amd64-1",
    created: "2026-01-01",
    architecture: "x86_64",
};
export const ARM64: Image = {
    id: "ami-0bbbbbbb",
    name: "debian-13-arm64-1",
    created: "2026-01-01",
    architecture: "arm64",
};

/** What EC2 answers about places and machines, as plain data, and what it was asked. */
export class FakePlaces {
    readonly asked: string[] = [];
    images: readonly Image[] = [AMD64, ARM64];
    /** In the order in which EC2 lists them. */
    zones: readonly string[] = ["us-east-1e", "us-east-1a", "us-east-1b"];
    /** Zones that have the type, whatever it is. */
    offered: readonly string[] = ["us-east-1a", "us-east-1b"];

    get ec2(): Ec2 {
        const places: Partial<Ec2> = {
            subnets: () => Promise.resolve(this.zones.map(subnetOf)),
            image: (id) => Promise.resolve(this.images.find((image) => image.id === id)),
            debianImages: (architecture) => {
                const found = this.images.filter((image) => image.architecture === architecture);
                if (found.length > 0) return Promise.resolve(found);
                return Promise.reject(
                    new DriveError("ImageNotFound", `no image for ${architecture}`, { hint: "--image" }),
                );
            },
            instanceType: (name) => {
                this.asked.push(name);
                const known = instanceLimits(name);
                return Promise.resolve(known && { name, ...known });
            },
            zonesOffering: () => Promise.resolve([...this.offered]),
        };
        return places as Ec2;
    }
}

export const subnetOf = (zone: string): Subnet => ({
    id: `subnet-${zone.slice(-1)}${"0".repeat(7)}`,
    vpcId: "vpc-00000000",
    zone,
    cidr: "10.0.0.0/24",
    isDefault: true,
});
