import type { AlgorithmName } from "@cardea/jwt";
import type { Duration } from "@cardea/verifier";
import { z } from "zod";
import type { EventSink } from "../event.ts";
import type { AccountClaims, PublicAccount } from "../issue/accessToken.ts";
import { longestAccessTtl } from "../revoke/revocation.ts";
import type { ModeName } from "../session/modes/mode.ts";
import type { StoreFactory } from "../store/ports.ts";
import type { World } from "../world.ts";
import { duration } from "./duration.ts";
import { issuerUrl } from "./issuer.ts";
import { secretBytes } from "./secretBytes.ts";
import { validate } from "./validate.ts";

/** Algorithms that an issuer may sign with. */
export const signingAlgorithms = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const satisfies readonly AlgorithmName[];

/** What `createAuth` takes. Only `issuer` and `store` have no default. */
export type AuthOptions = {
  /** URL under which the issuer is reached and by which its tokens are known (`iss`); https, or http on a loopback host. */
  readonly issuer: string;
  /** Where accounts, sessions, keys and revocations are kept: `sqlite(file)` or `memory()`. */
  readonly store: StoreFactory;
  /** How sessions are remembered. Default `hybrid`. */
  readonly mode?: ModeName;
  /** Default ES256 with a generated key. `secret` is a shared secret for HS256..512: base64url text or bytes, at least as long as the hash. */
  readonly keys?: { readonly alg?: (typeof signingAlgorithms)[number]; readonly secret?: string | Uint8Array };
  /** Access tokens: time to live (default `5m`), audience (default `["app"]`), and the client they name (default `first-party`). */
  readonly access?: {
    readonly ttl?: Duration;
    readonly audience?: string | readonly string[];
    readonly clientId?: string;
  };
  /** Sessions: how long unused (default `14d`), how long at most (default `90d`), how long the previous refresh token still works (default `30s`). */
  readonly session?: { readonly idle?: Duration; readonly absolute?: Duration; readonly refreshGrace?: Duration };
  /** Password hashing: argon2id memory in KiB (default 19456, the floor), passes (default 2), worker threads, and how much may wait. */
  readonly passwords?: {
    readonly memoryKiB?: number;
    readonly passes?: number;
    readonly workers?: number;
    readonly maxQueue?: number;
  };
  /** What access tokens say about a person; default email and roles. */
  readonly claims?: (account: PublicAccount) => AccountClaims;
  /** Key-encryption secret for signing keys at rest, at least 32 bytes, base64url text or bytes. Default: the store's own (a file beside SQLite's). */
  readonly secret?: string | Uint8Array;
  /** Refusals name their cause to the caller. Default false. */
  readonly development?: boolean;
  /** Security events; default: nowhere. */
  readonly onEvent?: EventSink;
  /** Clock and randomness; default: the real ones. */
  readonly world?: World;
};

/** Options once they are checked; spans in milliseconds. */
export type CheckedOptions = z.output<typeof optionsSchema>;

/** Checks options. Throws `ConfigurationError`, which names the option, what it needs and, for an unknown one, what was meant. */
export const checkOptions = (options: AuthOptions, where = "createAuth"): CheckedOptions =>
  validate(optionsSchema, options, where);

const positive = (min: number, max: number): z.ZodNumber =>
  z.number().int().min(min, `Use ${min} to ${max}.`).max(max, `Use ${min} to ${max}.`);

const fields = z.strictObject({
  issuer: issuerUrl,
  store: z.custom<StoreFactory>(isStore, 'Give a store: sqlite("./data/auth.db") or memory().'),
  mode: z.enum(["stateless", "stateful", "hybrid"], 'Use "stateless", "stateful" or "hybrid".').default("hybrid"),
  keys: z
    .strictObject({
      alg: z.enum(signingAlgorithms, `Use one of ${signingAlgorithms.join(", ")}.`).default("ES256"),
      secret: secretBytes.optional(),
    })
    .prefault({}),
  access: z
    .strictObject({
      ttl: duration({ min: "10s", max: longestAccessTtl }).prefault("5m"),
      audience: z
        .union(
          [
            z
              .string()
              .min(1)
              .transform((one) => [one]),
            z.array(z.string().min(1)).min(1).readonly(),
          ],
          "Give a name, or a list of names.",
        )
        .default(["app"]),
      clientId: z.string().min(1).default("first-party"),
    })
    .prefault({}),
  session: z
    .strictObject({
      idle: duration({ min: "1m", max: "365d" }).prefault("14d"),
      absolute: duration({ min: "1m", max: "400d" }).prefault("90d"),
      refreshGrace: duration({ min: "0s", max: "5m" }).prefault("30s"),
    })
    .prefault({}),
  passwords: z
    .strictObject({
      memoryKiB: positive(19_456, 1_048_576).default(19_456),
      passes: positive(2, 10).default(2),
      workers: positive(1, 64).optional(),
      maxQueue: positive(1, 100_000).optional(),
    })
    .prefault({}),
  claims: z
    .custom<(account: PublicAccount) => AccountClaims>(
      (value) => typeof value === "function",
      "Give a function of the account.",
    )
    .optional(),
  secret: secretBytes.optional(),
  development: z.boolean().default(false),
  onEvent: z.custom<EventSink>((value) => typeof value === "function", "Give a function of the event.").optional(),
  world: z
    .custom<World>((value) => typeof value === "object" && value !== null, "Give a clock and randomness.")
    .optional(),
});

/** Rules over more than one option. */
const optionsSchema = fields
  .refine(({ keys }) => keys.secret === undefined || keys.alg.startsWith("HS"), {
    path: ["keys", "secret"],
    message: "This is a shared secret for HS256, HS384 or HS512. Remove keys.secret or set keys.alg to HS256.",
  })
  .refine(({ keys, secret }) => !keys.secret || !secret || Buffer.compare(keys.secret, secret) !== 0, {
    path: ["secret"],
    message: "It must differ from keys.secret, which the services know: who has this one can open the signing keys.",
  });

function isStore(value: unknown): value is StoreFactory {
  return typeof value === "object" && value !== null && "open" in value && typeof value.open === "function";
}
