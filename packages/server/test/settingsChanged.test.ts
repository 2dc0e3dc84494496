import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { hmacKey, importSecretJwk, sign } from "@cardea/jwt";
import { type AuthOptions, createAuth, memory, realWorld, type World } from "cardea";

const issuer = "https://issuer.example/auth";
const ada = { email: "ada@example.com", password: "a phrase of several words" };

/** One issuer's store, opened again and again under other settings, with a clock of its own. */
function settings() {
  const store = memory();
  const clock = { offsetMs: 0 };
  const world: World = { ...realWorld, now: () => realWorld.now() + clock.offsetMs };
  const open = (options: Partial<AuthOptions>) => createAuth({ issuer, store, world, ...options });
  return { open, clock };
}

type Tokens = { readonly access_token: string; readonly refresh_token: string };

type Opened = Awaited<ReturnType<typeof createAuth>>;

async function post({ fetch }: Opened, path: string, body: object | undefined, token?: string): Promise<Response> {
  const headers = new Headers(body ? { "content-type": "application/json" } : {});
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  return fetch(new Request(issuer + path, { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) }));
}

async function signIn(auth: Opened): Promise<Tokens> {
  await post(auth, "/sign-up", ada);
  return tokensIn(await post(auth, "/sign-in", ada));
}

async function tokensIn(answer: Response): Promise<Tokens> {
  return JSON.parse(await answer.text());
}

test("a session ended after the token's life was shortened stays ended for the tokens of before", async () => {
  const { open, clock } = settings();
  const before = await open({ access: { ttl: "1h" } });
  const { access_token: token } = await signIn(before);
  const after = await open({ access: { ttl: "5m" } });
  assert.equal((await after.verify(token)).ok, true);
  assert.equal((await post(after, "/sign-out", undefined, token)).status, 204);
  for (const minutes of [0, 6, 30, 59]) {
    clock.offsetMs = minutes * 60_000;
    const restarted = await open({ access: { ttl: "5m" } });
    const verdicts = await Promise.all([after, restarted].map((auth) => auth.verify(token)));
    assert.deepEqual(
      verdicts.map((verdict) => !verdict.ok && verdict.refusal.code),
      ["revoked", "revoked"],
      `after ${minutes} minutes`,
    );
  }
});

test("a session ended in another mode is ended for the tokens of before", async () => {
  for (const mode of ["stateful", "stateless"] as const) {
    const { open } = settings();
    const hybrid = await open({ mode: "hybrid" });
    const first = await signIn(hybrid);
    const meanwhile = await open({ mode });
    const refreshed = await post(meanwhile, "/refresh", { refresh_token: first.refresh_token });
    const { access_token: token } = await tokensIn(refreshed);
    assert.equal((await post(meanwhile, "/sign-out", undefined, token)).status, 204);
    const again = await open({ mode: "hybrid" });
    const verdict = await again.verify(first.access_token);
    assert.equal(!verdict.ok && verdict.refusal.code, "revoked", mode);
  }
});

test("a shared secret verifies only while it signs", async () => {
  const { open } = settings();
  const shared = await open({ keys: { alg: "HS256" } });
  const { access_token: token } = await signIn(shared);
  const secret = importSecretJwk(shared.keys.secretJwk(String(shared.keys.signing().kid)) ?? {});
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  const forged = sign({ ...claims, roles: ["root"] }, secret, { typ: "at+jwt" });
  assert.equal((await shared.verify(forged)).ok, true);

  const pair = await open({ keys: { alg: "ES256" } });
  const replaced = await open({ keys: { alg: "HS256", secret: randomBytes(32) } });
  for (const auth of [pair, replaced]) {
    for (const old of [token, forged]) assert.equal((await auth.verify(old)).ok, false);
  }
});

test("a key pair goes on verifying after another algorithm signs", async () => {
  const { open } = settings();
  const { access_token: token } = await signIn(await open({ keys: { alg: "ES256" } }));
  assert.equal((await (await open({ keys: { alg: "EdDSA" } })).verify(token)).ok, true);
});

test("the issuer believes no token that lives longer than any it makes", async () => {
  const secret = randomBytes(32);
  const { open } = settings();
  for (const mode of ["hybrid", "stateless"] as const) {
    const auth = await open({ mode, keys: { alg: "HS256", secret } });
    const { access_token: token } = await signIn(auth);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const key = hmacKey(secret, { alg: "HS256", kid: String(auth.keys.signing().kid) });
    const endless = await auth.verify(sign({ ...claims, exp: claims.iat + 3601 }, key, { typ: "at+jwt" }));
    assert.equal(!endless.ok && endless.refusal.code, "lifetime_too_long");
  }
});

test("the secret that seals keys is not the one that services share", async () => {
  const secret = randomBytes(32);
  const { open } = settings();
  await assert.rejects(open({ secret, keys: { alg: "HS256", secret } }), /secret: It must differ from keys\.secret/);
});
