import type { Claims, Header } from "../claims.ts";
import type { VerificationKey } from "../keys/key.ts";

/** One run of the checks over one token. Each check fills in what the next ones read. */
export type Attempt = {
  readonly token: string;
  /** Seconds since the epoch, with a fraction. */
  readonly now: number;
  headerEnd: number;
  payloadEnd: number;
  header: Header;
  key: VerificationKey | undefined;
  payload: Readonly<Record<string, unknown>>;
  /** The payload, once its registered claims are known to have their types. */
  claims: Claims;
  /** What the schema made of the claims, or the claims themselves. */
  result: unknown;
};

/** A run that has not begun. */
export const newAttempt = (token: string, now: number): Attempt => ({
  token,
  now,
  headerEnd: -1,
  payloadEnd: -1,
  header: noHeader,
  key: undefined,
  payload: noClaims,
  claims: noClaims,
  result: undefined,
});

const noHeader: Header = Object.freeze({ alg: "" });
const noClaims: Claims = Object.freeze({});
