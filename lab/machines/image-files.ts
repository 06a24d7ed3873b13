import type { Board } from "./command-line";

/** The files every machine starts from: lab/image makes them. */
export interface Image {
    /** The root disk that all machines' roots are overlays of. */
    readonly root: string;
    readonly vmlinuz: string;
    readonly initrd: string;
    /** Where a new machine can go on from instead of booting: a root disk and the memory that belongs to it. */
    readonly saved?: { readonly root: string; readonly memory: string };
}

/** Of the base image; a root disk is at least as large. */
export const IMAGE_SIZE_GIB = 8;

/**
 * Every lab machine is the same board. One processor: on an emulated machine a second one is no faster and can panic early
 * (facts §7). The memory is enough for a server that moves volumes or a web server that writes.
 */
export function boardOf(image: Image, accelerator: Board["accelerator"]): Board {
    return { accelerator, memoryMiB: 640, cpus: 1, vmlinuz: image.vmlinuz, initrd: image.initrd };
}
