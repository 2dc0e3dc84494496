import type { Flag } from "./command.ts";

/** A setting by its dotted name, with the flag and the environment variable that can set it. */
export type Setting = {
  readonly name: string;
  readonly about: string;
  /** A secret comes from the environment or a file (`…_FILE`), never from a flag, and is never printed. */
  readonly secret?: true;
  readonly kind?: "number" | "list";
  /** The flag's name, where the rule below makes an odd one. */
  readonly flag?: string;
};

/** What can be set by flag, environment or configuration file. A new setting is a new row. */
export const settings: readonly Setting[] = [
  { name: "port", kind: "number", about: "TCP port; 0 takes a free one (default 4000)" },
  { name: "host", about: "address to listen on (default localhost)" },
  { name: "data", about: "folder of the SQLite file (default ./data)" },
  { name: "issuer", about: "URL of the issuer (default http://localhost:PORT/auth)" },
  { name: "mode", about: "stateless, stateful or hybrid (default hybrid)" },
  { name: "keys.alg", about: "algorithm that signs (default ES256)" },
  { name: "keys.secret", secret: true, about: "shared secret for HS256, base64url" },
  { name: "secret", secret: true, about: "key-encryption secret, base64url" },
  { name: "access.ttl", about: "life of an access token (default 5m)" },
  { name: "access.audience", kind: "list", about: "audience of access tokens, comma-separated (default app)" },
  { name: "access.clientId", about: "client that access tokens name (default first-party)" },
  { name: "session.idle", about: "end of an unused session (default 14d)" },
  { name: "session.absolute", about: "end of every session (default 90d)" },
  { name: "session.refreshGrace", about: "how long the previous refresh token still works (default 30s)" },
  {
    name: "passwords.memoryKiB",
    flag: "passwords-memory-kib",
    kind: "number",
    about: "argon2id memory (default 19456)",
  },
  { name: "passwords.passes", kind: "number", about: "argon2id passes (default 2)" },
  { name: "passwords.workers", kind: "number", about: "hashing threads" },
  { name: "passwords.maxQueue", kind: "number", about: "passwords that may wait" },
];

/** `access.ttl` as a flag is `access-ttl`, `access.clientId` is `access-client-id`. */
export const flagOf = ({ name, flag }: Setting): string =>
  flag ?? name.replaceAll(".", "-").replace(/[A-Z]+/g, (part) => `-${part.toLowerCase()}`);

/** `access.ttl` in the environment is `CARDEA_ACCESS_TTL`. */
export const variableOf = (setting: Setting): string => `CARDEA_${flagOf(setting).replaceAll("-", "_").toUpperCase()}`;

/** The flags of every command that reads the configuration. */
export const settingFlags: Readonly<Record<string, Flag>> = {
  config: { type: "string", about: "configuration file (default cardea.config.ts, if there is one)" },
  ...Object.fromEntries(
    settings
      .filter(({ secret }) => !secret)
      .map((setting) => [flagOf(setting), { type: "string", about: setting.about } satisfies Flag]),
  ),
};
