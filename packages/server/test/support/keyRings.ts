import assert from "node:assert/strict";
import { createVerifier, importSecretJwk, sign, unchecked } from "@cardea/jwt";
import { memory, realWorld, type SecurityEvent, type Store, type World } from "cardea";
import type { KeySettings } from "../../src/keys/configuredKey.ts";
import { type KeyRing, openKeyRing } from "../../src/keys/keyRing.ts";

/** Spans in milliseconds. */
export const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000] as const;

/** The defaults of the configuration, in milliseconds. */
export const usualPolicy: KeySettings["policy"] = {
  rotateEveryMs: 30 * day,
  publishAheadMs: 60 * minute,
  verifyForMs: 62 * minute,
  refresh: { rotateEveryMs: 30 * day, verifyForMs: 90 * day },
};

/** What a ring may be opened with; the store is the one thing that has no default. */
export type RingGiven = {
  readonly store: Pick<Store, "keys">;
  readonly keys?: KeySettings["keys"];
  readonly policy?: Partial<KeySettings["policy"]>;
  readonly secrets?: readonly Uint8Array[];
  readonly world?: World;
  readonly onEvent?: (event: SecurityEvent) => void;
};

/** Secrets by number, each of 32 different bytes. */
export const secretOf = (number: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, at) => number * 40 + at);

/** Opens a ring. Whoever opens it closes it. */
export const openRing = (given: RingGiven): Promise<KeyRing> =>
  openKeyRing({
    store: given.store.keys,
    keys: given.keys ?? { alg: "ES256" },
    policy: { ...usualPolicy, ...given.policy },
    secrets: given.secrets ?? [secretOf(1)],
    world: given.world ?? realWorld,
    ...(given.onEvent && { onEvent: given.onEvent }),
  });

/** A world whose clock the test owns; it starts at the present. */
export function ownedWorld(): { readonly world: World; readonly advance: (ms: number) => void } {
  let now = realWorld.now();
  return {
    world: { ...realWorld, now: () => now },
    advance: (ms) => {
      now += ms;
    },
  };
}

/** Opens rings over one store, and closes them whatever happens. */
export async function withRings(
  run: (open: (given?: Omit<RingGiven, "store">) => Promise<KeyRing>, store: Store) => Promise<void>,
): Promise<void> {
  const store = await memory().open(realWorld);
  const rings: KeyRing[] = [];
  try {
    await run(async (given = {}) => {
      const ring = await openRing({ store, ...given });
      rings.push(ring);
      return ring;
    }, store);
  } finally {
    for (const ring of rings) await ring.close();
  }
}

/** Claims that every verifier here takes. */
export const claims = { iss: "https://issuer.example", sub: "x", iat: 1_700_000_000, exp: 4_000_000_000 };

/** Whether a token is believed, by a verifier that remembers good ones. */
export function believer(ring: KeyRing): (token: string) => boolean {
  const verifier = createVerifier({
    keys: ring.verifying,
    policy: { issuer: claims.iss, audience: unchecked, typ: "at+jwt" },
    cacheSize: 100,
  });
  return (token) => verifier.verify(token).ok;
}

/** A token by whatever key signs now. */
export const tokenBy = (ring: KeyRing): Promise<string> => ring.signing().sign(claims, "at+jwt");

/** Made with the very secret of a key, as whoever stole it would. */
export function forgedBy(ring: KeyRing, kid: string): string {
  const jwk = ring.secretJwk(kid);
  assert.ok(jwk);
  return sign({ ...claims, roles: ["root"] }, importSecretJwk(jwk), { typ: "at+jwt" });
}
