import { z } from "zod";
import type { EventHook } from "../event.ts";
import type { TrustProxy } from "../http/clientAddress.ts";
import type { AccountClaims, AccountFields, PublicAccount } from "../issue/accessToken.ts";
import type { ModeName } from "../session/modes/mode.ts";
import type { RevocationLogFactory, SessionCacheFactory, StoreFactory } from "../store/ports.ts";
import type { World } from "../world.ts";
import { type AccessOptions, accessOptions } from "./accessOptions.ts";
import { type AccountOptions, accountOptions } from "./accountOptions.ts";
import { type AuditOptions, auditOptions } from "./auditOptions.ts";
import { type HttpOptions, httpFields } from "./httpOptions.ts";
import { issuerUrl } from "./issuer.ts";
import { type KeyOptions, keyOptions, type SecretOption, secretOption, verifyLongEnough } from "./keyOptions.ts";
import { type MailOptions, mailOptions } from "./mailOptions.ts";
import { type PageOptions, pageOptions } from "./pageOptions.ts";
import { type PasswordOptions, passwordOptions } from "./passwordOptions.ts";
import { type SessionOptions, sessionOptions } from "./sessionOptions.ts";
import { type ThrottleOptions, throttleOptions, trustProxyOption } from "./throttleOptions.ts";
import { validate } from "./validate.ts";

/** What `createAuth` takes. Only `issuer` and `store` have no default. */
export type AuthOptions<
  Claims extends AccountClaims = AccountClaims,
  Fields extends AccountFields = AccountFields,
> = HttpOptions & {
  /** URL under which the issuer is reached and by which its tokens are known (`iss`); https, or http on a loopback host. */
  readonly issuer: string;
  /** Where accounts, sessions, keys and revocations are kept: `sqlite(file)`, `postgres(url)` or `memory()`. */
  readonly store: StoreFactory;
  /** How sessions are remembered. Default `hybrid`. */
  readonly mode?: ModeName;
  readonly keys?: KeyOptions;
  readonly access?: AccessOptions;
  readonly session?: SessionOptions;
  readonly accounts?: AccountOptions<Fields>;
  readonly passwords?: PasswordOptions;
  readonly mail?: MailOptions;
  /** The hosted pages: sign-in, sign-up, the account. Default: they are there, in the colors of the house. */
  readonly pages?: PageOptions;
  readonly audit?: AuditOptions;
  /** Where opaque tokens are looked up and attempts counted: a cache in front of the store, such as `redis(url)`. Default: the store itself. */
  readonly sessions?: { readonly store?: SessionCacheFactory };
  /** Where the revocation log is read, such as `redisLog(url)`. Default: the store itself. */
  readonly revocation?: { readonly log?: RevocationLogFactory };
  readonly throttle?: ThrottleOptions;
  /** How many proxies stand in front (0: none), or a list of their addresses, such as `10.0.0.0/8`. Default: nobody said, and addresses of private peers are not trusted. */
  readonly trustProxy?: TrustProxy;
  /** What access tokens say about a person; default email and roles. */
  readonly claims?: (account: PublicAccount<Fields>) => Claims;
  /** Key-encryption secret for what is sealed at rest, at least 32 bytes, base64url text or bytes; or a list, the newest first. Default: the store's own (a file beside SQLite's). */
  readonly secret?: SecretOption;
  /** Refusals name their cause to the caller. Default false. */
  readonly development?: boolean;
  /** Is told security events, each once it has happened, with who and from where; default: nobody. */
  readonly onEvent?: EventHook;
  /** Clock and randomness; default: the real ones. */
  readonly world?: World;
};

/** Options once they are checked; spans in milliseconds. */
export type CheckedOptions = z.output<typeof optionsSchema>;

/**
 * Checks options. Throws `ConfigurationError`, which names the option, what it needs and, for an unknown one, what was meant;
 * `sourceOf` says where the value of an option came from, if that is known.
 */
export const checkOptions = (
  options: AuthOptions,
  where = "createAuth",
  sourceOf?: (option: string) => string | undefined,
): CheckedOptions => validate(optionsSchema, options, where, sourceOf);

const fields = z.strictObject({
  issuer: issuerUrl,
  store: z.custom<StoreFactory>(isStore, 'Give a store: sqlite("./data/auth.db"), postgres(url) or memory().'),
  mode: z.enum(["stateless", "stateful", "hybrid"], 'Use "stateless", "stateful" or "hybrid".').default("hybrid"),
  keys: keyOptions.prefault({}),
  access: accessOptions.prefault({}),
  session: sessionOptions.prefault({}),
  accounts: accountOptions.prefault({}),
  passwords: passwordOptions.prefault({}),
  mail: mailOptions,
  pages: pageOptions.prefault({}),
  audit: auditOptions.prefault({}),
  sessions: z
    .strictObject({
      store: z
        .custom<SessionCacheFactory>(isCache, 'Give a cache for sessions: redis("redis://localhost:6379").')
        .optional(),
    })
    .prefault({}),
  revocation: z
    .strictObject({
      log: z
        .custom<RevocationLogFactory>(isLog, 'Give a place for the log: redisLog("redis://localhost:6379").')
        .optional(),
    })
    .prefault({}),
  throttle: throttleOptions.prefault({}),
  trustProxy: trustProxyOption.optional(),
  ...httpFields,
  claims: z
    .custom<(account: PublicAccount) => AccountClaims>(
      (value) => typeof value === "function",
      "Give a function of the account.",
    )
    .optional(),
  secret: secretOption.optional(),
  development: z.boolean().default(false),
  onEvent: z.custom<EventHook>((value) => typeof value === "function", "Give a function of the event.").optional(),
  world: z
    .custom<World>((value) => typeof value === "object" && value !== null, "Give a clock and randomness.")
    .optional(),
});

/** What `checkOptions` checks: each option by itself, rules over more than one, and one over the environment. */
export const optionsSchema = fields
  .refine(({ development }) => !development || process.env.NODE_ENV !== "production", {
    path: ["development"],
    message:
      "NODE_ENV is production, and with development answers name causes and mails are shown to whoever asks. Leave it out.",
  })
  .refine(({ pages, mail: { links = {} } }) => pages.enabled || (links.verify && links.reset && links.changeEmail), {
    path: ["pages", "enabled"],
    message:
      "Without the hosted pages mails lead nowhere: give mail.links.verify, mail.links.reset and mail.links.changeEmail.",
  })
  .refine(({ keys, access }) => verifyLongEnough(keys, access), {
    path: ["keys", "verifyFor"],
    message: "A key must verify for as long as the tokens by it live: use at least access.ttl and two minutes.",
  })
  .refine(({ keys, secret = [] }) => !secret.some((one) => keys.secret && Buffer.compare(keys.secret, one) === 0), {
    path: ["secret"],
    message: "It must differ from keys.secret, which the services know: who has this one can open the signing keys.",
  });

function isCache(value: unknown): value is SessionCacheFactory {
  return typeof value === "object" && value !== null && "over" in value && typeof value.over === "function";
}

function isLog(value: unknown): value is RevocationLogFactory {
  return typeof value === "object" && value !== null && "carry" in value && typeof value.carry === "function";
}

function isStore(value: unknown): value is StoreFactory {
  return typeof value === "object" && value !== null && "open" in value && typeof value.open === "function";
}
