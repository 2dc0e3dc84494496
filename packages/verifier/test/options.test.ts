import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, hmacKey, keySet } from "@cardea/jwt";
import { createVerifier, unchecked, type VerifierOptions } from "@cardea/verifier";
import { readOptions } from "../src/options.ts";
import { verifyingKey } from "./support/tokens.ts";

const good: VerifierOptions = { issuer: "https://a.test/auth", audience: "us", revocation: unchecked };
const credentials = { id: "svc", secret: "s3cret" };
const strict = { ...good, credentials, revocation: {} };

/** What a caller without types can get wrong, and a part of the advice that must come with the refusal. */
const bad: readonly (readonly [rule: string, change: Readonly<Record<string, unknown>>, advice: RegExp])[] = [
  ["a misspelt option", { maxAccesTtl: "1h" }, /no option "maxAccesTtl".*Remove or correct it/],
  ["no issuer", { issuer: undefined }, /issuer must be an https URL/],
  ["an issuer over plain http", { issuer: "http://a.test" }, /issuer must be an https URL/],
  ["an issuer on a host that only looks local", { issuer: "http://localhost.a.test" }, /https URL/],
  ["an issuer on a host that begins with 127", { issuer: "http://127.0.0.1.a.test" }, /https URL/],
  ["an issuer with a password", { issuer: "https://u:p@a.test" }, /without user name/],
  ["an issuer with a fragment", { issuer: "https://a.test/#x" }, /fragment/],
  ["an issuer with a query", { issuer: "https://a.test/?x" }, /no query/],
  ["an issuer with white space", { issuer: " https://a.test" }, /https URL/],
  ["an issuer that fits no header", { issuer: "https://ä.test" }, /ASCII/],
  ["an issuer of another scheme", { issuer: "file:///etc/passwd" }, /https URL/],
  ["no audience", { audience: undefined }, /audience is this service's name/],
  ["an empty audience", { audience: "" }, /audience is this service's name/],
  ["an empty list of audiences", { audience: [] }, /or unchecked/],
  ["an audience that is a number", { audience: [1] }, /audience/],
  ["no revocation", { revocation: undefined, credentials }, /revocation must be .* or unchecked/],
  ["revocation without credentials", { revocation: {} }, /revocation needs credentials \{ id, secret \}/],
  ["introspection without credentials", { opaqueTokens: "introspect" }, /needs credentials \{ id, secret \}/],
  ["another way with opaque tokens", { opaqueTokens: "accept" }, /"refuse" or "introspect"/],
  ["credentials without a secret", { credentials: { id: "a" } }, /credentials are printable ASCII/],
  ["credentials without an id", { credentials: { secret: "a" } }, /credentials are printable ASCII/],
  ["an id with a colon", { credentials: { id: "a:b", secret: "c" } }, /id without a colon/],
  ["a secret with a line break", { credentials: { id: "a", secret: "b\r\nc" } }, /printable ASCII/],
  ["a misspelt credential", { credentials: { ...credentials, key: "x" } }, /no option "key"/],
  ["a name with a space", { ...strict, name: "orders 1" }, /name is 1 to 100 letters/],
  ["a name without letters", { ...strict, name: "" }, /name is 1 to 100 letters/],
  ["a name that fits no list", { ...strict, name: "a".repeat(101) }, /name is 1 to 100 letters/],
  ["a name that is a number", { ...strict, name: 7 }, /name is 1 to 100 letters/],
  ["an unknown whenStale", { ...strict, revocation: { whenStale: "refuse" } }, /"deny" or "introspect" or "allow"/],
  ["a misspelt staleness", { ...strict, revocation: { maxStale: "5s" } }, /no option "maxStale"/],
  [
    "a feed over plain http",
    { ...strict, revocation: { feed: "http://a.test/auth" } },
    /revocation\.feed must be .*https/,
  ],
  [
    "a feed with a query",
    { ...strict, revocation: { feed: "https://a.test/?x" } },
    /revocation\.feed must have no query/,
  ],
  ["a staleness of nothing", { ...strict, revocation: { maxStaleness: "0s" } }, /maxStaleness must be .* from 100 ms/],
  ["a staleness of days", { ...strict, revocation: { maxStaleness: "2d" } }, /maxStaleness must be .* to 3600000 ms/],
  ["a staleness that is a number", { ...strict, revocation: { maxStaleness: 5000 } }, /a duration such as "5s"/],
  ["a tolerance of minutes", { clockTolerance: "2m" }, /clockTolerance must be/],
  ["a tolerance without a unit", { clockTolerance: "5" }, /clockTolerance must be a duration such as "5s"/],
  ["an endless lifetime", { maxAccessTtl: "400d" }, /maxAccessTtl must be/],
  ["no time to get ready", { readyTimeout: "0s" }, /readyTimeout must be/],
  ["keys that are text", { keys: "-----BEGIN" }, /keys must be a key, keySet\(\[\.\.\.\]\) or \{ url/],
  ["keys that are a list", { keys: [verifyingKey] }, /keySet\(\[\.\.\.\]\)/],
  ["a private key", { keys: generateKey("ES256") }, /publicKey or hmacKey/],
  ["a find that is no function", { keys: { find: true } }, /keys\.find must be a function/],
  ["a misspelt option of keys", { keys: { jwks: "x" } }, /no option "jwks"/],
  ["keys over plain http", { keys: { url: "http://a.test/jwks" } }, /keys.url must be an https URL/],
  ["keys from a file", { keys: { url: "file:///jwks.json" } }, /keys.url must be an https URL/],
  ["an algorithm nobody knows", { keys: { allow: ["none"] } }, /allow must be an array of names/],
  ["no algorithm", { keys: { allow: [] } }, /at least one algorithm/],
  ["an HMAC from a JWKS", { keys: { allow: ["ES256", "HS256"] } }, /no HMAC/],
  ["no time for a fetch", { keys: { timeout: "0s" } }, /keys.timeout must be/],
  ["old keys for days", { keys: { staleIfError: "2d" } }, /keys.staleIfError must be/],
  ["a file without a name", { keys: { file: "" } }, /keys.file must be the path/],
  ["answers kept for minutes", { introspectionCache: "2m" }, /introspectionCache must be .* to 60000 ms/],
  ["a cache of one token", { cacheSize: 1 }, /cacheSize must be a number of tokens, 0 or from 2 to 1000000/],
  ["a cache of half a token", { cacheSize: 2.5 }, /cacheSize must be a number of tokens/],
  ["a cache without end", { cacheSize: 1_000_001 }, /cacheSize must be a number of tokens/],
  ["a cache that is a text", { cacheSize: "4096" }, /cacheSize must be a number of tokens/],
  ["a misspelt world", { world: { clock: () => 0 } }, /no option "clock"/],
  ["a clock that is no function", { world: { now: 5 } }, /world.now must be a function/],
  ["a clock that is undefined", { world: { now: undefined } }, /world.now must be a function/],
];

for (const [rule, change, advice] of bad) {
  test(`refuses ${rule}, and says what to do`, () => {
    const options: Readonly<Record<string, unknown>> = { ...good, ...change };
    assert.throws(
      () => createVerifier(options as VerifierOptions),
      (fault) => fault instanceof TypeError && advice.test(fault.message) && !fault.message.includes("s3cret"),
    );
  });
}

test("refuses no options at all", () => {
  assert.throws(() => createVerifier(undefined as unknown as VerifierOptions), /createVerifier: expects an object/);
});

test("http is good enough on this machine", () => {
  for (const issuer of ["http://localhost:4000/auth", "http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:4000"]) {
    assert.equal(readOptions({ ...good, issuer }).issuer, issuer);
  }
});

test("fills in what is safe", () => {
  const { world, keys, ...config } = readOptions({ ...strict, world: { random: () => 0.5 } });
  assert.deepEqual(config, {
    issuer: "https://a.test/auth",
    audience: "us",
    authorization: "Basic c3ZjOnMzY3JldA==",
    verifierId: "svc.i",
    revocation: { maxStalenessMs: 5000, whenStale: "deny", feed: "https://a.test/auth" },
    introspects: false,
    introspectionCacheMs: 0,
    cacheSize: 4096,
    clockToleranceMs: 5000,
    maxAccessTtlMs: 3_600_000,
    readyTimeoutMs: 10_000,
  });
  const url = "https://a.test/auth/.well-known/jwks.json";
  assert.deepEqual(keys, { url, allow: undefined, timeoutMs: 5000, staleIfErrorMs: 3_600_000, file: undefined });
  assert.deepEqual(Object.keys(world), ["now", "monotonic", "fetch", "random"]);
});

test("no two verifiers are listed under one name, also where their options are the same", () => {
  const [one, other] = [0, 1].map(() => readOptions({ ...strict, name: "orders~1" }).verifierId);
  assert.notEqual(one, other);
  for (const name of [one, other]) assert.match(name ?? "", /^orders~1\.[a-z0-9]{1,8}$/);
});

test("credentials that fit no list make a name that does", () => {
  const id = `<svc>${"x".repeat(200)}`;
  const { verifierId } = readOptions({ ...strict, credentials: { id, secret: "s" }, world: { random: () => 0.5 } });
  assert.equal(verifierId, `-svc-${"x".repeat(95)}.i`);
});

test("takes one key, a shared secret or a set of keys as they are", () => {
  const secret = hmacKey(new TextEncoder().encode("a secret of more than 32 bytes, all of them"), { alg: "HS256" });
  for (const keys of [verifyingKey, secret, keySet([verifyingKey])]) {
    assert.equal(readOptions({ ...good, keys }).keys, keys);
  }
});
