import { exportSecretJwk, type KeySet, type SigningKey } from "@cardea/jwt";
import { coalesced } from "../coalesced.ts";
import type { EventSink } from "../event.ts";
import { ConfigurationError } from "../refusal.ts";
import type { KeyStore, StoredKey } from "../store/ports.ts";
import type { World } from "../world.ts";
import { type Decision, type Rotation, retireKey, revokeKey, rotateKeys } from "./changeKeys.ts";
import { type ConfiguredKey, type KeySettings, openConfiguredKey, policyOf, refuseTakenName } from "./configuredKey.ts";
import { withinMs } from "./deadline.ts";
import { type Decided, decide } from "./decide.ts";
import { createOpening } from "./heldKeys.ts";
import { type KeyFacts, keyFacts } from "./inventory.ts";
import type { HeldKey } from "./keyView.ts";
import { createLiveKeys } from "./liveKeys.ts";
import { makeKey } from "./makeKey.ts";
import { type JsonWebKey, resealed, sealPublic, sealSecret } from "./material.ts";
import { jwksMaxAgeSeconds, type OwnLine, reloadEveryMs } from "./policy.ts";
import { createSealer, type Sealer } from "./seal.ts";
import { createSigning } from "./signing.ts";
import type { Made } from "./stock.ts";
import type { TokenSigner } from "./tokenSigner.ts";
import { turnKeys } from "./turnKeys.ts";

/** The keys of an issuer. What it answers is true now: the clock turns the keys, and what other processes do is read every two seconds. */
export type KeyRing = {
  /** Signs access tokens. Throws `SignerUnavailableError` when no key can. */
  readonly signing: () => TokenSigner;
  /** Verifies them: one object, whose answers change with the keys. An earlier shared secret verifies nothing, since others hold it. */
  readonly verifying: KeySet;
  /** Public keys (RFC 7517 5), those that will sign included; empty when every key is a shared secret. */
  readonly jwks: () => { readonly keys: readonly JsonWebKey[] };
  /** How long the JWKS may be cached. */
  readonly jwksMaxAgeSeconds: number;
  /** Keys of the MAC of refresh tokens: the first makes them, all read them. */
  readonly refreshSecrets: () => readonly Uint8Array[];
  readonly inventory: () => readonly KeyFacts[];
  /** The secret part of a key by its kid, for `keys export --secret`; undefined when it is not here. */
  readonly secretJwk: (kid: string) => JsonWebKey | undefined;
  /** A next key, or the one that waits already. Throws `ConfigurationError` when the key is of the configuration. */
  readonly rotate: (purpose?: StoredKey["purpose"]) => Promise<Rotation>;
  /** Takes a key out of use that signs no more, or not yet. */
  readonly retire: (kid: string) => Promise<"retired" | "unknown" | "signs" | "configured">;
  /** Takes a key back in an emergency, here at once, and tells the revocation log; another one signs. */
  readonly revoke: (kid: string) => Promise<"revoked" | "unknown" | "configured">;
  /** Does what the clock wants done, and reads what other processes did. Runs by itself, too. */
  readonly turn: () => Promise<void>;
  /** For a key that is not known here: reads what other processes did, at most four times a second however many ask. Takes a second at most; never throws. */
  readonly catchUp: () => Promise<void>;
  /** Stops turning; resolves when nothing is under way, or after a second. */
  readonly close: () => Promise<void>;
};

/** What a key ring is opened from. `secrets` seal keys at rest: the first seals, all open. */
export type KeyRingOptions = KeySettings & {
  readonly store: KeyStore;
  readonly secrets: readonly Uint8Array[];
  readonly world: World;
  readonly onEvent?: EventSink;
};

/**
 * Opens the stored keys, and makes on first start what is missing; processes that start together agree on one key. Throws
 * `ConfigurationError` when a key does not open with the secrets, with nothing changed.
 */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { store, world, onEvent = () => undefined } = options;
  const tellFault = (error: unknown): void => onEvent({ type: "fault", where: "keys", error });
  const sealer = createSealer(options.secrets, world);
  const configured = await openConfiguredKey(options.keys);
  const policy = policyOf(options);
  const opening = createOpening(sealer, tellFault);
  const live = createLiveKeys({ store, opening, policy, shared: configured.shared, world });
  const make = makerOf(sealer, configured);

  const carryOut = async <T>(decision: Decision<T>): Promise<Decided<T>> => {
    const decided = await decide(decision, live.rows(), { store, policy, now: world.now, make });
    for (const kid of decided.created) onEvent({ type: "key_created", kid });
    if (decided.hasChanged) await live.reload();
    return decided;
  };
  const change = async <T>(decision: Decision<T>): Promise<Decided<T>> => {
    await live.reload();
    return carryOut(decision);
  };

  await live.load();
  refuseTakenName(configured, live.rows(), live.held());
  await carryOut(turnKeys);
  // Another process may have made the first keys meanwhile, under a secret that is not ours.
  await live.load();
  const count = await sealAnew(store, live.held(), sealer);
  if (count > 0) onEvent({ type: "keys_resealed", count });

  let signedBy = live.view().signer?.row.kid;
  const tellRotation = (): void => {
    const kid = live.view().signer?.row.kid;
    if (kid !== undefined && kid !== signedBy) onEvent({ type: "key_rotated", kid });
    signedBy = kid;
  };
  const turn = coalesced(async () => {
    await change(turnKeys);
    tellRotation();
  });
  let turning = Promise.resolve();
  const timer = setInterval(() => {
    turning = turn().catch(tellFault);
  }, reloadEveryMs).unref();

  const sharedKid = configured.shared?.secret?.kid;
  const secretOf = (kid: string): SigningKey | undefined =>
    kid === sharedKid ? configured.shared?.secret : live.held().find(({ row }) => row.kid === kid)?.opened.secret;

  return {
    signing: createSigning({ configured, signer: () => live.view().signer, onFault: tellFault }),
    verifying: {
      find: (kid, alg) => live.view().verifying.find(kid, alg),
      get keys() {
        return live.view().verifying.keys;
      },
      get size() {
        return live.view().verifying.size;
      },
    },
    jwks: () => ({ keys: live.view().published }),
    jwksMaxAgeSeconds: jwksMaxAgeSeconds(policy),
    refreshSecrets: () => live.view().refreshSecrets,
    inventory: () => keyFacts(live.rows(), world.now(), options),
    secretJwk: (kid) => {
      const secret = secretOf(kid);
      if (secret) onEvent({ type: "key_exported", kid });
      return secret && exportSecretJwk(secret);
    },
    rotate: async (purpose = "access") => {
      const { answer } = await change(rotateKeys(purpose));
      if (answer !== "not_generated") return answer;
      throw new ConfigurationError(`The key that signs is in the configuration. ${howToReplace}`);
    },
    retire: async (kid) => {
      if (kid === sharedKid) return "configured";
      const { answer, hasChanged } = await change(retireKey(kid));
      if (hasChanged) onEvent({ type: "key_retired", kid });
      return answer;
    },
    revoke: async (kid) => {
      if (kid === sharedKid) return "configured";
      const { answer, hasChanged } = await change(revokeKey(kid));
      if (hasChanged) onEvent({ type: "key_revoked", kid });
      tellRotation();
      return answer;
    },
    turn,
    catchUp: () => withinMs(patienceMs, live.reloadSparingly()).catch(() => undefined),
    close: async () => {
      clearInterval(timer);
      await withinMs(patienceMs, turning).catch(() => undefined);
    },
  };
}

/** A store that hangs must not hold up a refusal, or the end of the process. */
const patienceMs = 1000;

const howToReplace = "Replace keys.secret or keys.signer there.";

/** Makes keys for a line: by the algorithm, or out of the signer's public part. */
const makerOf =
  (sealer: Sealer, { signer }: ConfiguredKey) =>
  async (line: OwnLine): Promise<Made> => {
    const isSigners = signer !== undefined && line.signerKid === signer.kid;
    const { kid, sealed } = isSigners
      ? sealPublic(signer.publicKey, sealer)
      : sealSecret(await makeKey(line.alg), line.purpose, sealer);
    return { line, kid, sealed };
  };

/**
 * Seals what an older secret sealed under the newest one, so that the older one can go. Answers how many. Only at the start: while
 * the secrets of several processes are in different order, each would else undo what the other did.
 */
async function sealAnew(store: KeyStore, held: readonly HeldKey[], sealer: Sealer): Promise<number> {
  const texts = new Map(held.map(({ row }) => [row.sealed, resealed(row, sealer)]));
  if (![...texts.values()].some((text) => text !== undefined)) return 0;
  return store.change((keys) => {
    const write = keys.flatMap((key) => {
      const sealed = texts.get(key.sealed);
      return sealed === undefined ? [] : [{ ...key, sealed }];
    });
    return { answer: write.length, write };
  });
}
