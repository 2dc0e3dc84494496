import type { Setting } from "./setting.ts";
import { throttleSettings } from "./throttleSettings.ts";

/** What can be set by flag, environment or configuration file. A new setting is a new row. */
export const settings: readonly Setting[] = [
  { name: "port", kind: "number", about: "TCP port; 0 takes a free one (default 4000)" },
  { name: "host", about: "address to listen on (default localhost)" },
  { name: "data", about: "folder of the SQLite file, unless there is a store (default ./data)" },
  { name: "store", kind: "url", about: "sqlite:FILE, postgres://… or memory: (default sqlite:./data/cardea.db)" },
  { name: "log.level", about: "debug, info, warn, error or silent (default info)" },
  { name: "issuer", about: "URL of the issuer (default http://localhost:PORT/auth)" },
  { name: "mode", about: "stateless, stateful or hybrid (default hybrid)" },
  { name: "keys.alg", about: "algorithm that signs (default ES256)" },
  { name: "keys.secret", secret: true, about: "shared secret for HS256, base64url" },
  { name: "keys.rotateEvery", kind: "duration", about: "how long a key pair signs (default 30d)" },
  { name: "keys.publishAhead", kind: "duration", about: "how long a key is published before it signs (default 1h)" },
  { name: "keys.verifyFor", kind: "duration", about: "how long a key verifies after it signed last (default 62m)" },
  { name: "secret", secret: true, about: "key-encryption secrets, base64url, the newest first, comma-separated" },
  { name: "access.ttl", kind: "duration", about: "life of an access token (default 5m)" },
  { name: "access.audience", kind: "list", about: "audience of access tokens, comma-separated (default app)" },
  { name: "access.clientId", about: "client that access tokens name (default first-party)" },
  { name: "session.preset", about: "aal1, aal2 or aal3: ends of sessions as NIST bounds them" },
  { name: "session.idle", kind: "duration", about: "end of an unused session (default 14d)" },
  { name: "session.absolute", kind: "duration", about: "end of every session (default 90d)" },
  {
    name: "session.refreshGrace",
    kind: "duration",
    about: "how long the previous refresh token still works (default 30s)",
  },
  { name: "session.max", kind: "number", about: "sessions an account may have (default 100)" },
  {
    name: "session.fresh",
    kind: "duration",
    about: "how recent a proof must be for sensitive changes (default 10m)",
  },
  { name: "sessions.store", kind: "url", about: "cache for sessions and counters, redis://…" },
  { name: "revocation.log", kind: "url", about: "Redis from which issuers read the revocation log, redis://…" },
  { name: "accounts.emailVerification", about: "off, optional or required (default optional)" },
  {
    name: "passwords.memoryKiB",
    flag: "passwords-memory-kib",
    kind: "number",
    about: "argon2id memory (default 19456)",
  },
  { name: "passwords.passes", kind: "number", about: "argon2id passes (default 2)" },
  { name: "passwords.workers", kind: "number", about: "hashing threads" },
  { name: "passwords.maxQueue", kind: "number", about: "passwords that may wait" },
  { name: "passwords.maxWait", kind: "duration", about: "how long somebody may wait for a thread (default 1s)" },
  { name: "passwords.pepper", secret: true, about: "secret of new hashes, id:base64url" },
  { name: "passwords.earlierPeppers", secret: true, kind: "list", about: "peppers of earlier hashes, comma-separated" },
  { name: "passwords.policy", about: "default: 8 characters; nist-800-63b-4: 15 (default default)" },
  { name: "passwords.contextWords", kind: "list", about: "names that passwords must not be made of, comma-separated" },
  { name: "origins", kind: "list", about: "origins of further pages that may call, comma-separated" },
  { name: "cookies.name", about: "the middle of the names of cookies (default cardea)" },
  { name: "cookies.clearSiteData", kind: "list", about: "what browsers forget at sign-out (default cache)" },
  { name: "trustProxy", kind: "numberOrList", about: "proxies in front: how many, or their addresses" },
  { name: "mail.smtp", secret: true, about: "mail server, smtp://user:password@host:587" },
  { name: "mail.from", about: "address that mails come from" },
  { name: "mail.name", about: "name that mails come from" },
  { name: "pages.name", about: "name that the hosted pages speak in" },
  { name: "audit.retention", kind: "duration", about: "how long the audit trail is kept (default 365d)" },
  ...throttleSettings,
];

/** Settings of the command line alone: `createAuth` has no such option. */
export const ownSettings: readonly string[] = ["port", "host", "data", "log.level"];

/** What only a configuration file can give, since it is code or has many values. */
export const onlyInFile: readonly string[] = [
  "claims",
  "keys.signer",
  "accounts.fields",
  "passwords.breached",
  "passwords.firebase",
  "mail.send",
  "mail.links",
  "pages.enabled",
  "pages.logo",
  "pages.colors",
  "pages.fields",
];
