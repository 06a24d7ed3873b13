import * as fc from "fast-check";

/** What goes wrong in one run; plain data, so that a failing one is made smaller and replayed. */
export interface Weather {
    /** Look by look: how old each of the three answers is, counted in points before and after effects. */
    readonly lags: readonly { readonly ec2: number; readonly stack: number; readonly guest: number }[];
    /** So many points after the last fault: a call is refused or its reply is lost, or the driver dies. */
    readonly faults: readonly { readonly after: number; readonly kind: "call" | "killed" }[];
    /** So many looks show what has just begun as not over. */
    readonly slow: number;
}

export const CALM: Weather = { lags: [], faults: [], slow: 0 };

/** As old as an answer can be. */
export const MOST_LAG = 12;

export function weather(): fc.Arbitrary<Weather> {
    const lag = fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, fc.nat(MOST_LAG));
    const fault = fc.record({
        after: fc.oneof(fc.nat(8), fc.nat(60)),
        kind: fc.constantFrom("call" as const, "killed" as const),
    });
    return fc.record({
        lags: fc.array(fc.record({ ec2: lag, stack: lag, guest: lag }), { maxLength: 6 }),
        faults: fc.array(fault, { maxLength: 2 }),
        slow: fc.nat(3),
    });
}
