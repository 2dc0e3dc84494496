import { type AlgorithmName, type KeySet, keySetFromJwks, unchecked, type VerificationKey } from "@cardea/jwt";
import { type Duration, parseDuration } from "./duration.ts";
import { refuseUnknownOptions } from "./refuseUnknownOptions.ts";
import { endpoints, endpointUrl } from "./wire/endpoints.ts";
import { realWorld, type World } from "./world.ts";

/** What to do with a good token while the revocation view is older than `maxStaleness`. "introspect": ask the issuer; where that is not possible, deny. */
export type WhenStale = "deny" | "introspect" | "allow";

/** Where public keys come from, and how long old ones outlive an issuer that cannot be reached. */
export type RemoteKeysOptions = {
  /** Default: `/.well-known/jwks.json` below the issuer. */
  readonly url?: string;
  /** Algorithms to accept; by default all that the JWKS offers keys for. */
  readonly allow?: readonly AlgorithmName[];
  /** For one whole fetch. Default "5s". */
  readonly timeout?: Duration;
  /** How long the last good set is used beyond its freshness while fetches fail. Default "1h". */
  readonly staleIfError?: Duration;
  /** Keeps the last good set in this file, to start from while the issuer is away. Who may write it decides which tokens are good. */
  readonly file?: string;
};

/** The staleness contract, and from whom the feed comes. */
export type RevocationOptions = {
  /** How long the view is trusted without a confirmation. Default "5s". */
  readonly maxStaleness?: Duration;
  /** Default "deny". */
  readonly whenStale?: WhenStale;
  /** A relay of the issuer's revocations: the URL below which it answers `/revocation/feed`. Default: the issuer. */
  readonly feed?: string;
};

/** What `createVerifier` takes. Whatever protects is required; `unchecked` is the only way to go without. */
export type VerifierOptions = {
  /** The issuer's URL, exactly as in `iss`. Plain http only on this machine. */
  readonly issuer: string;
  /** This service's name in `aud`; any of several. */
  readonly audience: string | readonly string[] | typeof unchecked;
  /** Fixed keys, or where to fetch them. Default: the issuer's JWKS. */
  readonly keys?: VerificationKey | KeySet | RemoteKeysOptions;
  /** This service's credentials at the issuer, for the revocation feed and introspection. */
  readonly credentials?: { readonly id: string; readonly secret: string };
  /** What the issuer lists this verifier as, with a random end of its own: letters, digits and . _ ~ -, 1 to 100. Default: the id of `credentials`. */
  readonly name?: string;
  /** The staleness contract; needs `credentials`. Defaults: "5s", "deny". */
  readonly revocation: RevocationOptions | typeof unchecked;
  /** "introspect" lets `authenticate` ask the issuer about opaque tokens; needs `credentials`. Default "refuse". */
  readonly opaqueTokens?: "refuse" | "introspect";
  /** How long an answer about an opaque token may be used again, at most "60s". Default "0s": each answer serves one question. */
  readonly introspectionCache?: Duration;
  /** So many accepted tokens are remembered, about 1.5 kB each, whose signatures need no second check; 0: none, at most 1000000. Default 4096. */
  readonly cacheSize?: number;
  /** How far clocks may disagree, at most "60s". Default "5s". */
  readonly clockTolerance?: Duration;
  /** Longest `exp - iat` that is believed. Default "1h". */
  readonly maxAccessTtl?: Duration;
  /** When `ready()` gives up. Default "10s". */
  readonly readyTimeout?: Duration;
  readonly world?: Partial<World>;
};

/** The options with every default filled in and every duration in milliseconds. */
export type VerifierConfig = {
  readonly issuer: string;
  readonly audience: VerifierOptions["audience"];
  readonly keys: VerificationKey | KeySet | RemoteKeysSource;
  /** Value of the `Authorization` header for the issuer. */
  readonly authorization: string | undefined;
  /** Names this verifier to the issuer. No two are alike, also where several run with the same options. */
  readonly verifierId: string;
  readonly revocation:
    | { readonly maxStalenessMs: number; readonly whenStale: WhenStale; readonly feed: string }
    | typeof unchecked;
  readonly introspects: boolean;
  readonly introspectionCacheMs: number;
  readonly cacheSize: number;
  readonly clockToleranceMs: number;
  readonly maxAccessTtlMs: number;
  readonly readyTimeoutMs: number;
  readonly world: World;
};

/** `RemoteKeysOptions` with every default filled in. */
export type RemoteKeysSource = {
  readonly url: string;
  readonly allow: readonly AlgorithmName[] | undefined;
  readonly timeoutMs: number;
  readonly staleIfErrorMs: number;
  readonly file: string | undefined;
};

/** Checks everything that can be checked before the first request. Throws a TypeError that says what to do. */
export function readOptions(options: VerifierOptions): VerifierConfig {
  refuseUnknownOptions("createVerifier", options, optionNames);
  const { issuer, audience, credentials, opaqueTokens = "refuse", world = {} } = options;
  assertUrl("issuer", issuer);
  assertAudience(audience);
  oneOf("createVerifier: opaqueTokens", opaqueTokens, ["refuse", "introspect"]);
  assertWorld(world);
  if (credentials === undefined && options.revocation !== unchecked) {
    throw new TypeError("createVerifier: revocation needs credentials { id, secret } for the issuer's feed");
  }
  if (credentials === undefined && opaqueTokens === "introspect") {
    throw new TypeError('createVerifier: opaqueTokens: "introspect" needs credentials { id, secret }');
  }
  return {
    issuer,
    audience,
    keys: readKeys(options.keys ?? {}, issuer),
    authorization: credentials && basic(credentials),
    verifierId: verifierId(options, worldOf(world)),
    revocation: readRevocation(options.revocation, issuer),
    introspects: opaqueTokens === "introspect",
    introspectionCacheMs: bounded("createVerifier: introspectionCache", options.introspectionCache ?? "0s", 0, 60_000),
    cacheSize: readCacheSize(options.cacheSize),
    clockToleranceMs: bounded("createVerifier: clockTolerance", options.clockTolerance ?? "5s", 0, 60_000),
    maxAccessTtlMs: bounded("createVerifier: maxAccessTtl", options.maxAccessTtl ?? "1h", 1000, 30 * 86_400_000),
    readyTimeoutMs: bounded("createVerifier: readyTimeout", options.readyTimeout ?? "10s", 1, 600_000),
    world: worldOf(world),
  };
}

const optionNames: readonly string[] = [
  "issuer",
  "audience",
  "keys",
  "credentials",
  "name",
  "revocation",
  "opaqueTokens",
  "introspectionCache",
  "cacheSize",
  "clockTolerance",
  "maxAccessTtl",
  "readyTimeout",
  "world",
];

function readKeys(keys: NonNullable<VerifierOptions["keys"]>, issuer: string): VerifierConfig["keys"] {
  if (typeof keys !== "object" || Array.isArray(keys)) {
    throw new TypeError(
      "createVerifier: keys must be a key, keySet([...]) or { url, allow, timeout, staleIfError, file }",
    );
  }
  if ("find" in keys) assertFind(keys);
  if ("find" in keys || "kind" in keys) return keys;
  refuseUnknownOptions("createVerifier: keys", keys, ["url", "allow", "timeout", "staleIfError", "file"]);
  const { url = endpointUrl(issuer, endpoints.jwks), allow, timeout = "5s", staleIfError = "1h", file } = keys;
  assertUrl("keys.url", url);
  assertAllow(allow);
  if (file !== undefined && (typeof file !== "string" || file === "")) {
    throw new TypeError("createVerifier: keys.file must be the path of a file");
  }
  return {
    url,
    allow,
    timeoutMs: bounded("createVerifier: keys.timeout", timeout, 10, 60_000),
    staleIfErrorMs: bounded("createVerifier: keys.staleIfError", staleIfError, 0, 86_400_000),
    file,
  };
}

function readRevocation(revocation: VerifierOptions["revocation"], issuer: string): VerifierConfig["revocation"] {
  if (revocation === unchecked) return unchecked;
  if (typeof revocation !== "object" || revocation === null) {
    throw new TypeError("createVerifier: revocation must be { maxStaleness, whenStale }, or unchecked to go without");
  }
  refuseUnknownOptions("createVerifier: revocation", revocation, ["maxStaleness", "whenStale", "feed"]);
  const { maxStaleness = "5s", whenStale = "deny", feed = issuer } = revocation;
  assertUrl("revocation.feed", feed);
  oneOf("createVerifier: revocation.whenStale", whenStale, ["deny", "introspect", "allow"]);
  return {
    maxStalenessMs: bounded("createVerifier: revocation.maxStaleness", maxStaleness, 100, 3_600_000),
    whenStale,
    feed,
  };
}

/** One token is no size: what is remembered has a younger and an elder half. */
function readCacheSize(cacheSize = 4096): number {
  if (cacheSize === 0 || (Number.isInteger(cacheSize) && cacheSize >= 2 && cacheSize <= 1_000_000)) return cacheSize;
  throw new TypeError("createVerifier: cacheSize must be a number of tokens, 0 or from 2 to 1000000");
}

function assertAudience(audience: VerifierOptions["audience"]): void {
  if (audience === unchecked) return;
  const names = typeof audience === "string" ? [audience] : audience;
  if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== "string" || name === "")) {
    throw new TypeError("createVerifier: audience is this service's name in `aud`, a list of names, or unchecked");
  }
}

const worldOf = (world: Partial<World>): World => ({ ...realWorld, ...world });

/** Were two verifiers one to the issuer, it would take what one has applied for what both have. */
function verifierId({ name, credentials }: VerifierOptions, { random }: World): string {
  if (name !== undefined && (typeof name !== "string" || !/^[A-Za-z0-9._~-]{1,100}$/.test(name))) {
    throw new TypeError("createVerifier: name is 1 to 100 letters, digits and . _ ~ -");
  }
  const given = name ?? credentials?.id.replace(/[^A-Za-z0-9._~-]/g, "-").slice(0, 100) ?? "";
  return `${given}.${random().toString(36).slice(2, 10)}`;
}

function assertFind(keys: { readonly find: unknown }): void {
  if (typeof keys.find !== "function") throw new TypeError("createVerifier: keys.find must be a function");
}

/** A list of nothing would accept nothing, and a JWKS never holds an HMAC secret. */
function assertAllow(allow: RemoteKeysOptions["allow"]): void {
  if (allow === undefined) return;
  keySetFromJwks({ keys: [] }, { allow });
  if (allow.length > 0 && !allow.some((name) => name.startsWith("HS"))) return;
  throw new TypeError("createVerifier: keys.allow names at least one algorithm with a public key, and no HMAC");
}

function assertWorld(world: Partial<World>): void {
  refuseUnknownOptions("createVerifier: world", world, Object.keys(realWorld));
  for (const [name, value] of Object.entries(world)) {
    if (typeof value !== "function") throw new TypeError(`createVerifier: world.${name} must be a function`);
  }
}

/** Keys and revocations must not travel where somebody can exchange them, so http is for this machine only. */
function assertUrl(name: string, text: unknown): void {
  const url = typeof text === "string" && /^[\x21-\x7e]+$/.test(text) && URL.canParse(text) ? new URL(text) : null;
  const local = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const safe = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && local));
  if (!safe || url.username !== "" || url.password !== "" || url.hash !== "") {
    throw new TypeError(
      `createVerifier: ${name} must be an https URL in ASCII, without user name and fragment (http on localhost)`,
    );
  }
  if (name !== "keys.url" && url.search !== "") throw new TypeError(`createVerifier: ${name} must have no query`);
}

/** RFC 7617. Printable ASCII only, so that both sides encode alike. */
function basic(credentials: { readonly id: string; readonly secret: string }): string {
  refuseUnknownOptions("createVerifier: credentials", credentials, ["id", "secret"]);
  const { id, secret } = credentials;
  const printable = [id, secret].every((text) => typeof text === "string" && /^[\x21-\x7e]+$/.test(text));
  if (!printable || id.includes(":")) {
    throw new TypeError("createVerifier: credentials are printable ASCII without spaces, the id without a colon");
  }
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

/** Milliseconds of a duration; throws a TypeError unless it is one, and within the bounds. */
export function bounded(name: string, duration: Duration, leastMs: number, mostMs: number): number {
  const ms = milliseconds(duration);
  if (ms >= leastMs && ms <= mostMs) return ms;
  throw new TypeError(`${name} must be a duration such as "5s", from ${leastMs} ms to ${mostMs} ms`);
}

function milliseconds(duration: Duration): number {
  try {
    return parseDuration(duration);
  } catch {
    return Number.NaN;
  }
}

/** Throws a TypeError unless `value` is one of the allowed words. */
export function oneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (allowed.some((each) => each === value)) return;
  throw new TypeError(`${name} must be ${allowed.map((each) => `"${each}"`).join(" or ")}`);
}
