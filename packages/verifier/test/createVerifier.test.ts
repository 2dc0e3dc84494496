import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { exportPublicJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import {
  createVerifier,
  problemFor,
  unchecked,
  type Verdict,
  type Verifier,
  type VerifierOptions,
} from "@cardea/verifier";
import { endpoints } from "@cardea/verifier/wire";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience, jwks, tampered, verifyingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld({ random: () => 0 });
});

afterEach(async () => {
  await verifier?.close();
  await issuer.close();
});

function open(change: Partial<VerifierOptions> = {}): Verifier {
  const credentials = { id: "svc", secret: "s3cret" };
  verifier = createVerifier({
    issuer: issuer.url,
    audience,
    credentials,
    revocation: {},
    world: world.parts,
    ...change,
  });
  return verifier;
}

const keysOnly = { revocation: unchecked } as const;
const offline = { keys: verifyingKey, revocation: unchecked } as const;
const broken: RequestListener = (_, response) => response.writeHead(500).end();
const token = (change = {}, options = {}): string => accessToken(world.wall, { iss: issuer.url, ...change }, options);

/** The code of a refusal or "accepted", after `explain` has said the same as `verify`. */
function judged(text: string): string {
  const explanation = verifier.explain(text);
  const verdict = verifier.verify(text);
  assert.deepEqual([explanation.ok, explanation.refusal], [verdict.ok, verdict.ok ? undefined : verdict.refusal]);
  assert.equal(explanation.steps.at(-1)?.ok, verdict.ok);
  return codeOf(verdict);
}

const codeOf = (verdict: Verdict): string => (verdict.ok ? "accepted" : verdict.refusal.code);
const asked = (path: string): number => issuer.seen.filter((line) => line.includes(path)).length;
const jwksFetches = (): number => asked(endpoints.jwks);
const headQuestions = (): number => asked(endpoints.head);

test("once ready, a verdict is a value, not a promise, and costs no request", async () => {
  await open().ready();
  const before = issuer.seen.length;
  const verdict = verifier.verify(token());
  assert.ok(verdict.ok && verdict.checked === "view" && verdict.stalenessMs === 0);
  assert.equal(judged(tampered(token())), "bad_signature");
  assert.equal(issuer.seen.length, before);
  assert.deepEqual(verifier.explain(token()).steps.at(-1)?.step, "freshness");
});

test("ready rejects with every reason, while trying goes on", async () => {
  issuer.override.jwks = broken;
  issuer.override.head = broken;
  open({ readyTimeout: "150ms", revocation: { maxStaleness: "400ms" } });
  await eventually("both were asked in vain", () => jwksFetches() > 1 && headQuestions() > 1);
  await assert.rejects(
    verifier.ready(),
    /not ready within 150 ms: no keys \(.*jwks.json.* 500\); no live revocation view \(.*head.* 500\)/,
  );
  delete issuer.override.jwks;
  delete issuer.override.head;
  await eventually("it is ready", () => judged(token()) === "accepted");
  await verifier.ready();
});

test("ready waits for the keys alone where nothing else is needed", async () => {
  await open({ revocation: unchecked }).ready();
  assert.deepEqual(issuer.seen, ["GET /.well-known/jwks.json"]);
  assert.deepEqual([verifier.revocation.state, judged(token())], ["off", "accepted"]);
  await open(offline).ready();
});

test("close rejects those who wait to be ready, and those who come later", async () => {
  issuer.override.jwks = () => {};
  const ready = open().ready();
  await verifier.close();
  await assert.rejects(ready, /verifier: closed/);
  await assert.rejects(verifier.ready(), /verifier: closed/);
});

test("a revoked session's token is refused as soon as the feed has said so", async () => {
  await open().ready();
  assert.equal(judged(token({ rvp: 0 })), "accepted");
  issuer.revoke({ kind: "session", key: "s" });
  await eventually("it is refused", () => judged(token({ rvp: 0 })) === "revoked");
  assert.equal(judged(token({ rvp: 1 })), "accepted", "a token of later is not meant");
});

test("a stale view refuses with a 503 by default: nobody is signed out by our own trouble", async () => {
  await open().ready();
  world.pass(5000);
  assert.equal(judged(token()), "stale_view");
  assert.equal(verifier.revocation.state, "stale");
  const verdict = verifier.verify(token());
  assert.equal(verdict.ok || problemFor(verdict.refusal), "stale_view");
  assert.equal(judged(tampered(token())), "bad_signature", "what is bad anyway is refused as that");
});

test("a stale view that is allowed accepts, says how stale, and counts", async () => {
  await open({ revocation: { whenStale: "allow" } }).ready();
  issuer.override.head = broken;
  issuer.revoke({ kind: "session", key: "dead" });
  await eventually("the revocation is there", () => verifier.revocation.entries === 1);
  world.pass(60_000);
  const verdict = verifier.verify(token());
  assert.ok(verdict.ok && verdict.stalenessMs >= 60_000);
  assert.equal(judged(token()), "accepted");
  assert.equal(judged(token({ sid: "dead", rvp: 0 })), "revoked", "what is known is enforced");
  assert.deepEqual(verifier.revocation.decisions.staleAllow, { accepted: 2, refused: 1 });
});

test("without keys the trouble is ours: 503, for tokens that keys could help", async () => {
  issuer.override.jwks = broken;
  open(keysOnly);
  for (const verdict of [verifier.verify(token()), await verifier.authenticate(token())]) {
    assert.equal(codeOf(verdict), "keys_unavailable");
    assert.equal(verdict.ok || problemFor(verdict.refusal), "temporarily_unavailable");
  }
  assert.equal(judged(token()), "keys_unavailable");
  assert.equal(judged("no.token.this"), "malformed_token");
});

test("keys that have become too old are no keys", async () => {
  await open({ ...keysOnly, keys: { staleIfError: "1m" } }).ready();
  issuer.override.jwks = broken;
  world.pass(300_000 + 59_999);
  assert.equal(judged(token()), "accepted");
  world.pass(1);
  assert.equal(judged(token()), "keys_unavailable");
});

const newKey = generateKey("ES256", { kid: "new" });
const bothKeys = { keys: [...jwks.keys, exportPublicJwk(publicKeyOf(newKey))] };

test("authenticate fetches the keys once more for a key that is not known yet", async () => {
  await open(keysOnly).ready();
  issuer.override.jwks = sendJson(bothKeys);
  const fresh = token({}, { key: newKey });
  assert.equal(judged(fresh), "unknown_key");
  assert.equal(codeOf(await verifier.authenticate(fresh)), "accepted");
});

test("verify refuses a key that is not known yet, and has it fetched for the next time", async () => {
  await open(keysOnly).ready();
  issuer.override.jwks = sendJson(bothKeys);
  const fresh = token({}, { key: newKey });
  assert.equal(codeOf(verifier.verify(fresh)), "unknown_key");
  await eventually("the key is known", () => verifier.verify(fresh).ok);
  assert.equal(jwksFetches(), 2);
});

test("a new key is fetched also where keys without a name could be meant by any", async () => {
  const { kid: _, ...nameless } = exportPublicJwk(publicKeyOf(generateKey("ES256")));
  issuer.override.jwks = sendJson({ keys: [...jwks.keys, nameless] });
  await open(keysOnly).ready();
  const forged = tampered(token());
  assert.equal(codeOf(await verifier.authenticate(forged)), "bad_signature");
  assert.equal(jwksFetches(), 1, "a known kid is no reason");
  issuer.override.jwks = sendJson({ keys: [...bothKeys.keys, nameless] });
  assert.equal(codeOf(await verifier.authenticate(token({}, { key: newKey }))), "accepted");
  assert.equal(jwksFetches(), 2);
});

test("a flood of made-up kids costs one fetch, and a known kid under another algorithm costs none", async () => {
  await open(keysOnly).ready();
  const foreign = generateKey("HS256", { kid: "k1" });
  assert.equal(codeOf(await verifier.authenticate(token({}, { key: foreign }))), "wrong_algorithm");
  assert.equal(jwksFetches(), 1);
  const flood = Array.from({ length: 50 }, (_, each) =>
    token({}, { key: generateKey("HS256", { kid: `made-up-${each}` }) }),
  );
  const verdicts = await Promise.all(flood.map((each) => verifier.authenticate(each)));
  assert.deepEqual(new Set(verdicts.map(codeOf)), new Set(["unknown_key"]));
  for (const each of flood) assert.equal((await verifier.authenticate(each)).ok, false);
  assert.equal(jwksFetches(), 2);
});

test("a withdrawn key's tokens stop with the next fetch", async () => {
  await open(keysOnly).ready();
  assert.equal(judged(token()), "accepted");
  issuer.override.jwks = sendJson({ keys: [exportPublicJwk(publicKeyOf(newKey))] });
  await verifier.authenticate(token({}, { key: newKey }));
  assert.equal(judged(token()), "unknown_key");
});

test("a token from beyond our position has the head asked at once, though not for each such token", async () => {
  await open().ready();
  const before = headQuestions();
  for (let each = 0; each < 20; each++) verifier.verify(token({ rvp: 9 }));
  await eventually("the head is asked", () => headQuestions() > before);
  assert.ok(headQuestions() <= before + 2, "the poll's own turn may have come as well");
});

test("what is no token is refused without being read, in every face alike", async () => {
  open(offline);
  const notText = 5 as unknown as string;
  for (const [text, code] of [
    ["", "missing_token"],
    [notText, "missing_token"],
    ["opaque", "opaque_token"],
  ] as const) {
    assert.equal(judged(text), code);
    assert.equal(codeOf(await verifier.authenticate(text)), code);
  }
});

test("with fixed keys and unchecked revocation nobody is asked", async () => {
  open(offline);
  assert.equal(judged(token()), "accepted");
  assert.equal(codeOf(await verifier.authenticate(token({}, { key: newKey }))), "unknown_key");
  assert.deepEqual(issuer.seen, []);
});

test("no refusal and no explanation holds the token", async () => {
  await open().ready();
  const text = tampered(token());
  const said = JSON.stringify([verifier.verify(text), verifier.explain(text), verifier.revocation]);
  for (const part of text.split(".")) assert.ok(!said.includes(part));
});

test("after close nothing is asked, and nothing is accepted once the view is stale", async () => {
  await open().ready();
  await verifier.close();
  const before = issuer.seen.length;
  assert.equal(codeOf(verifier.verify(token())), "accepted");
  world.pass(5000);
  assert.equal(codeOf(verifier.verify(token())), "stale_view");
  assert.equal(codeOf(await verifier.authenticate(token({}, { key: newKey }))), "unknown_key");
  assert.equal(issuer.seen.length, before);
});
