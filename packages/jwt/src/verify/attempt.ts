import type { AlgorithmName } from "../algorithms/algorithms.ts";
import type { Header } from "../claims.ts";
import type { JsonObject } from "../json/objectInSegment.ts";
import type { VerificationKey } from "../keys/key.ts";
import type { RegisteredClaims } from "./registeredClaims.ts";

/** One run of the checks over one token. Each check fills in what the next ones read. */
export type Attempt = {
  readonly token: string;
  /** Seconds since the epoch, with a fraction. */
  readonly now: number;
  headerEnd: number;
  payloadEnd: number;
  /** The payload decoded and not yet believed; with U+FFFD for bytes that are not UTF-8. */
  looseText: string;
  /** How many quotes are in it. */
  quotes: number;
  header: Header;
  /** The header's algorithm, once it is known to be in the table. */
  alg: AlgorithmName | undefined;
  candidates: readonly VerificationKey[];
  /** The one that made the signature. */
  key: VerificationKey | undefined;
  payload: JsonObject;
  /** The payload's own registered claims, once they are known to have their types. */
  claims: RegisteredClaims;
  /** What the schema made of the claims, or the claims themselves. */
  result: unknown;
};

/** A run that has not begun. */
export const newAttempt = (token: string, now: number): Attempt => ({
  token,
  now,
  headerEnd: -1,
  payloadEnd: -1,
  looseText: "",
  quotes: 0,
  header: noHeader,
  alg: undefined,
  candidates: noKeys,
  key: undefined,
  payload: noPayload,
  claims: noClaims,
  result: undefined,
});

const noHeader: Header = Object.freeze({ alg: "" });
const noKeys: readonly VerificationKey[] = Object.freeze([]);
const noPayload: JsonObject = Object.freeze({});
const noClaims: RegisteredClaims = Object.freeze({});
