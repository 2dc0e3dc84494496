import type { StoredKey } from "../store/ports.ts";
import { type KeyConfiguration, type KeySettings, policyOf } from "./configuredKey.ts";
import { accessSigner, isOf, type KeyState, signerKidOf, stateOf } from "./life.ts";
import { accessLine, isSharedAlgorithm, type KeyPolicy } from "./policy.ts";
import { sharedSecretKey } from "./sharedSecret.ts";

/** What may be told about a key: never a secret part. Instants are milliseconds since the epoch. */
export type KeyFacts = {
  readonly kid: string;
  readonly alg: string;
  /** What it makes: access tokens, or refresh tokens. */
  readonly use: StoredKey["purpose"];
  /** "unused": a shared secret of another setting, which neither signs nor verifies here. */
  readonly state: KeyState | "unused";
  /** Where its secret part is: sealed in the store, in the configuration, or with a signer. */
  readonly kept: "store" | "configuration" | "signer";
  /** Whether its public part is in the JWKS. */
  readonly public: boolean;
  readonly createdAt: number | undefined;
  readonly signsFrom: number | undefined;
  readonly signsUntil: number | undefined;
  readonly verifiesUntil: number | undefined;
};

/** The key of the configuration and all stored ones, as the settings use them; those that sign first. */
export const keyFacts = (rows: readonly StoredKey[], now: number, settings: KeySettings): readonly KeyFacts[] => [
  ...sharedFacts(settings.keys),
  ...storedFacts(rows, now, policyOf(settings)),
];

const storedFacts = (rows: readonly StoredKey[], now: number, policy: KeyPolicy): readonly KeyFacts[] =>
  rows
    .map((row): KeyFacts => {
      const state = stateHere(row, { rows, now, policy });
      const isOver = state === "retired" || state === "revoked";
      return {
        kid: row.kid,
        alg: row.alg,
        use: row.purpose,
        state,
        kept: signerKidOf(row) === undefined ? "store" : "signer",
        public: row.purpose === "access" && !isSharedAlgorithm(row.alg) && !isOver,
        createdAt: row.createdAt,
        signsFrom: row.signsFrom,
        signsUntil: row.signsUntil,
        verifiesUntil: row.verifiesUntil,
      };
    })
    .toSorted(
      (a, b) =>
        a.use.localeCompare(b.use) ||
        order.indexOf(a.state) - order.indexOf(b.state) ||
        (a.signsFrom ?? 0) - (b.signsFrom ?? 0),
    );

const order: readonly KeyFacts["state"][] = ["signing", "next", "verifying", "unused", "retired", "revoked"];

/** A key of another setting may sign elsewhere; here it only verifies, or not even that. */
function stateHere(
  row: StoredKey,
  { rows, now, policy }: { readonly rows: readonly StoredKey[]; readonly now: number; readonly policy: KeyPolicy },
): KeyFacts["state"] {
  const state = stateOf(row, now);
  const own = accessLine(policy);
  if (state !== "signing" || row.purpose === "refresh" || accessSigner(rows, now, policy) === row) return state;
  return isSharedAlgorithm(row.alg) && !(own && isOf(own, row)) ? "unused" : "verifying";
}

function sharedFacts({ signer, ...given }: KeyConfiguration): readonly KeyFacts[] {
  if (signer !== undefined || !("secret" in given) || given.secret === undefined) return [];
  const { kid = "", alg } = sharedSecretKey(given.secret, given.alg);
  const unknown = { createdAt: undefined, signsFrom: undefined, signsUntil: undefined, verifiesUntil: undefined };
  return [{ kid, alg, use: "access", state: "signing", kept: "configuration", public: false, ...unknown }];
}
