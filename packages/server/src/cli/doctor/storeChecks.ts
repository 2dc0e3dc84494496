import { keySettings } from "../../config/keyOptions.ts";
import { createOpening } from "../../keys/heldKeys.ts";
import { type KeyFacts, keyFacts } from "../../keys/inventory.ts";
import { createSealer } from "../../keys/seal.ts";
import { checkableHash } from "../../people/passwordHasher/checkableHash.ts";
import type { Finding, SessionCacheFactory } from "../../store/ports.ts";
import { type Check, fail, fine, type Subject, warn } from "./check.ts";

/** The steps of the schema, all of them; also of a store that does not open because of them. */
export const schemaCheck: Check = {
  name: "schema",
  run: async ({ configuration: { checked } }) => {
    const { migrations, exists } = checked.store;
    if (!migrations || (exists && !(await exists()))) return [];
    const { applied, steps } = await migrations();
    const text = `${applied} of ${steps.length} steps`;
    return [applied < steps.length ? fail("schema", text, "cardea migrate") : fine("schema", text)];
  },
};

/** What the engine says of itself. */
export const engineCheck: Check = {
  name: "engine",
  run: async ({ configuration, store, world }) => (store && (await configuration.checked.store.check?.(world))) ?? [],
};

/** Whether the secret opens the keys, and whether the keys are as young as they should be. */
export const keysCheck: Check = {
  name: "keys",
  run: async ({ configuration: { checked }, store, world }) => {
    const rows = (await store?.keys.list()) ?? [];
    if (rows.length === 0) return [];
    const secrets = checked.secret ?? [await checked.store.localSecret(world, { make: false })];
    const known = secrets.filter((secret) => secret !== undefined);
    if (known.length === 0)
      return [
        fail(
          "secret",
          "the secret that opens the keys is not there",
          "Restore CARDEA_SECRET, or the .secret file beside the database, from a backup.",
        ),
      ];
    const held = createOpening(createSealer(known, world), () => undefined).all(rows, world.now());
    const facts = keyFacts(rows, world.now(), keySettings(checked));
    const signing = facts.filter(({ state, use }) => state === "signing" && use === "access");
    return [
      fine("secret", `it opens all ${held.length} keys in use`),
      ...signing.map((key) => ageOf(key, checked.keys.rotateEvery, world.now())),
    ];
  },
};

/** Generated secrets for HS256 are rotated by hand only, since services hold them too. */
function ageOf({ kid, alg, kept, signsFrom }: KeyFacts, rotateEvery: number, now: number): Finding {
  if (signsFrom === undefined) return fine("key age", `${kid} (${alg}) is of the configuration`);
  const days = Math.floor((now - signsFrom) / 86_400_000);
  const text = `${kid} (${alg}) signs since ${days === 1 ? "1 day" : `${days} days`}`;
  const isLate = now - signsFrom > 2 * rotateEvery && kept === "store";
  if (!isLate) return fine("key age", text);
  return alg.startsWith("HS")
    ? warn(
        "key age",
        text,
        "cardea keys rotate, and give the new secret to the services: cardea keys export KID --secret",
      )
    : warn("key age", text, "It is turned by the clock while an issuer runs. Start one: cardea serve");
}

/** Whether the stored passwords can be checked with the peppers that are set: the oldest, which may need a pepper of old. */
export const hashesCheck: Check = {
  name: "hashes",
  run: async ({ configuration: { checked }, store }) => {
    const accounts = (await store?.people.list(1000)) ?? [];
    const missing = accounts.flatMap(({ passwordHash }) => {
      const found = checkableHash(passwordHash, checked.passwords);
      return found.ok ? [] : [found.refusal];
    });
    if (missing.length === 0)
      return accounts.length === 0 ? [] : [fine("hashes", "the oldest passwords can be checked")];
    const text = `${missing.length} of the oldest ${accounts.length} passwords cannot be checked: nobody signs in with them`;
    return [...new Set(missing)].map((fix) => fail("hashes", text, fix));
  },
};

/** Mails that wait are normal for minutes. */
export const outboxCheck: Check = {
  name: "outbox",
  run: async ({ store }) => {
    const waiting = await store?.mails.count();
    if (waiting === undefined) return [];
    const text = waiting === 1 ? "1 mail waits" : `${waiting} mails wait`;
    return [
      waiting > 100
        ? warn("outbox", text, "See the log for mail_delayed, and the lines on mail here.")
        : fine("outbox", text),
    ];
  },
};

/** The cache in front of the store, if there is one. */
export const cacheCheck: Check = {
  name: "session cache",
  run: async ({ configuration: { checked } }: Subject) => besides("session cache", checked.sessions.store),
};

/** The place from which the revocation log is read, if that is not the store. */
export const logCheck: Check = {
  name: "revocation log",
  run: async ({ configuration: { checked } }: Subject) => besides("revocation log", checked.revocation.log),
};

/** What stands beside the store says itself how it is. */
async function besides(
  name: string,
  place: Pick<SessionCacheFactory, "name" | "findings"> | undefined,
): Promise<readonly Finding[]> {
  if (!place) return [];
  const findings = await place.findings();
  return findings.length === 0 ? [fine(name, place.name)] : findings.map((finding) => fail(name, finding));
}
