import type { AuthOptions } from "cardea";

/** Every option of `createAuth`. The compiler keeps these complete: a member that is missing or too many does not compile. */
export const authOptions: readonly string[] = Object.keys({
  ...members("", {
    ...{ issuer: 0, store: 0, mode: 0, secret: 0, origins: 0, trustProxy: 0 },
    ...{ claims: 0, development: 0, onEvent: 0, world: 0 },
  } satisfies Record<Exclude<keyof AuthOptions, Group | "throttle">, 0>),
  ...members("keys.", {
    ...{ alg: 0, secret: 0, signer: 0 },
    ...{ rotateEvery: 0, publishAhead: 0, verifyFor: 0 },
  } satisfies Members<"keys">),
  ...members("access.", { ttl: 0, audience: 0, clientId: 0 } satisfies Members<"access">),
  ...members("session.", {
    ...{ preset: 0, idle: 0, absolute: 0, refreshGrace: 0, max: 0, fresh: 0 },
  } satisfies Members<"session">),
  ...members("sessions.", { store: 0 } satisfies Members<"sessions">),
  ...members("revocation.", { log: 0 } satisfies Members<"revocation">),
  ...members("accounts.", { emailVerification: 0, fields: 0 } satisfies Members<"accounts">),
  ...members("passwords.", {
    ...{ memoryKiB: 0, passes: 0, workers: 0, maxQueue: 0, maxWait: 0, pepper: 0, earlierPeppers: 0 },
    ...{ policy: 0, contextWords: 0, breached: 0, firebase: 0 },
  } satisfies Members<"passwords">),
  ...members("mail.", { name: 0, from: 0, smtp: 0, send: 0, links: 0 } satisfies Members<"mail">),
  ...members("pages.", { enabled: 0, name: 0, logo: 0, colors: 0, fields: 0 } satisfies Members<"pages">),
  ...members("audit.", { retention: 0 } satisfies Members<"audit">),
  ...members("cookies.", { name: 0, clearSiteData: 0 } satisfies Members<"cookies">),
});
type Group =
  | "keys"
  | "access"
  | "session"
  | "sessions"
  | "revocation"
  | "accounts"
  | "passwords"
  | "mail"
  | "pages"
  | "audit"
  | "cookies";
type Members<G extends Group> = Record<keyof NonNullable<AuthOptions[G]>, 0>;

function members(group: string, names: Readonly<Record<string, 0>>): Readonly<Record<string, 0>> {
  return Object.fromEntries(Object.keys(names).map((name) => [group + name, 0]));
}

const bytes = (text: string): string => Buffer.from(text).toString("base64url");

/** A value for each setting whose default is no literal. A shared secret needs an algorithm that takes one. */
export const settingSamples: Readonly<Record<string, string>> = {
  CARDEA_KEYS_ALG: "HS256",
  CARDEA_KEYS_SECRET: bytes("and thirty-two bytes for another"),
  CARDEA_SECRET: bytes("thirty-two bytes for a test only"),
  CARDEA_SESSION_PRESET: "aal1",
  CARDEA_SESSIONS_STORE: "redis://localhost:6379",
  CARDEA_REVOCATION_LOG: "redis://localhost:6379",
  CARDEA_PASSWORDS_WORKERS: "2",
  CARDEA_PASSWORDS_MAX_QUEUE: "128",
  CARDEA_PASSWORDS_PEPPER: `p2:${bytes("thirty-two bytes for a pepper...")}`,
  CARDEA_PASSWORDS_EARLIER_PEPPERS: `p1:${bytes("thirty-two bytes for the earlier")}`,
  CARDEA_PASSWORDS_CONTEXT_WORDS: "example,acme",
  CARDEA_ORIGINS: "https://app.example.com",
  CARDEA_TRUST_PROXY: "1",
  CARDEA_MAIL_SMTP: "smtp://user:password@mail.example.com:587",
  CARDEA_MAIL_FROM: "no-reply@app.example.com",
  CARDEA_MAIL_NAME: "Example",
};
