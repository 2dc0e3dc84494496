import type { Algorithm } from "./reference.ts";
import type { Times } from "./rounds.ts";
import { median, quantile } from "./statistics.ts";
import type { Operation } from "./task.ts";

/** One cell of the result. */
export type Row = {
  readonly op: "sign" | "verify" | "repeat-verify";
  readonly alg: Algorithm;
  readonly library: string;
  /** The speed as a share of the yardstick's: 0.5 takes twice as long. The median of the ratios of all rounds. */
  readonly ofRaw: number;
  readonly ofRawParse: number;
  /** The lower and the upper quartile of `ofRaw`. */
  readonly spread: readonly [number, number];
  /** Median microseconds of CPU. */
  readonly micros: number;
};

export const opNames: Readonly<Record<Operation, Row["op"]>> = {
  sign: "sign",
  verify: "verify",
  repeat: "repeat-verify",
};

/** The rows, each against the yardsticks of the same rounds. A repeated verification is measured against a first one. */
export function rowsOf(times: readonly Times[]): readonly Row[] {
  return times.map((one) => {
    const ofRaw = ratios(one, times, "raw");
    return {
      op: opNames[one.operation],
      alg: one.alg,
      library: one.library,
      ofRaw: rounded(median(ofRaw)),
      ofRawParse: rounded(median(ratios(one, times, "raw + JSON"))),
      spread: [rounded(quantile(ofRaw, 0.25)), rounded(quantile(ofRaw, 0.75))],
      micros: rounded(median(one.micros)),
    };
  });
}

function ratios({ alg, operation, micros }: Times, times: readonly Times[], yardstick: string): readonly number[] {
  const wanted = operation === "repeat" ? "verify" : operation;
  const base = times.find((one) => one.library === yardstick && one.alg === alg && one.operation === wanted);
  return micros.map((value, round) => (base?.micros[round] ?? Number.NaN) / value);
}

const rounded = (value: number): number => Number(value.toPrecision(4));
