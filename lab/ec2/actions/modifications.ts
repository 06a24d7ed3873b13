import { inFlight } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error } from "../errors";
import { filtered, page } from "../filters";
import type { Modification, Volume, VolumeShape } from "../state";
import { modifiedShape, VOLUME_TYPES } from "../volume-rules";
import type { Xml } from "../xml";
import { modificationView } from "./volume-view";
import { volumeOf } from "./volumes";

const DAY = 24 * 60 * 60 * 1000;

const shapeOf = (volume: Volume): VolumeShape => ({
    size: volume.size,
    type: volume.type,
    ...(volume.iops === undefined ? {} : { iops: volume.iops }),
    ...(volume.throughput === undefined ? {} : { throughput: volume.throughput }),
});

function modifyVolume(call: Call): Xml {
    const { params, now } = call;
    const volume = volumeOf(call, params.required("VolumeId"));
    if (volume.state !== "available" && volume.state !== "in-use") {
        throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the '${volume.state}' state.`);
    }
    const last = volume.modifications.at(-1);
    if (last?.state === "modifying" || last?.state === "optimizing") {
        throw new Ec2Error(
            "IncorrectModificationState",
            `Volume ${volume.id} cannot be modified in modification state ${last.state.toUpperCase()}`,
        );
    }
    const from = shapeOf(volume);
    const to = modifiedShape(from, {
        size: params.int("Size"),
        type: params.oneOf("VolumeType", VOLUME_TYPES),
        iops: params.int("Iops"),
        throughput: params.int("Throughput"),
    });
    if (params.bool("MultiAttachEnabled") === true) {
        throw new Ec2Error("UnsupportedOperation", "the lab has no multi-attach volumes");
    }
    const recent = volume.modifications.filter((modification) => now - modification.startTime < DAY);
    if (recent.length >= call.limits.modificationsPerDay) {
        throw new Ec2Error(
            "VolumeModificationRateExceeded",
            `You've reached the maximum modification rate per volume limit: ${call.limits.modificationsPerDay} in 24 hours.`,
        );
    }
    const modification: Modification = {
        ...inFlight(call, call.delays.modifying),
        state: "modifying",
        from,
        to,
        startTime: now,
        ...(call.fails !== undefined ? { fails: true, handsDone: true } : {}),
    };
    volume.modifications = [...recent, modification];
    return { volumeModification: modificationView(volume.id, modification) };
}

function describeVolumesModifications(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("VolumeId");
    const unmodified = ids.find((id) => volumeOf(call, id).modifications.length === 0);
    if (unmodified !== undefined) {
        throw new Ec2Error(
            "InvalidVolumeModification.NotFound",
            `Modification for volume '${unmodified}' does not exist.`,
        );
    }
    const volumes = ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : Object.values(draft.volumes);
    const latest = volumes.flatMap((volume) =>
        volume.modifications.slice(-1).map((modification) => ({ volume, modification })),
    );
    type Row = (typeof latest)[number];
    const found = filtered<Row>(
        params,
        latest,
        {
            "modification-state": ({ modification }) => modification.state,
            "original-iops": ({ modification }) => modification.from.iops,
            "original-size": ({ modification }) => modification.from.size,
            "original-volume-type": ({ modification }) => modification.from.type,
            "target-iops": ({ modification }) => modification.to.iops,
            "target-size": ({ modification }) => modification.to.size,
            "target-volume-type": ({ modification }) => modification.to.type,
            "volume-id": ({ volume }) => volume.id,
        },
        () => ({}),
    );
    const shown = page(call, found);
    return {
        volumeModificationSet: shown.items.map(({ volume, modification }) => modificationView(volume.id, modification)),
        nextToken: shown.nextToken,
    };
}

export const modificationActions: Handlers = {
    ModifyVolume: modifyVolume,
    DescribeVolumesModifications: describeVolumesModifications,
};
