import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { hmacKey } from "@cardea/jwt";
import { memory, type SecurityEvent, sqlite } from "cardea";
import { eventually } from "./support/eventually.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { ownedClock } from "./support/ownedClock.ts";
import { newPerson, signIn, startSession, type Tokens, tokensOf } from "./support/people.ts";
import { asRefused } from "./support/refusal.ts";
import { startService } from "./support/service.ts";
import { startTcpProxy } from "./support/tcpProxy.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-sessions-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const stores = { memory, sqlite: () => sqlite(join(folder, `${files++}.db`)) };
const modes = ["stateless", "stateful", "hybrid"] as const;
const graceMs = 30_000;

for (const mode of modes) {
  for (const [storeName, makeStore] of Object.entries(stores)) {
    describe(`${mode}, ${storeName}`, () => {
      const clock = ownedClock();
      const events: SecurityEvent[] = [];
      let issuer: Issuer;
      before(async () => {
        const onEvent = (event: SecurityEvent) => events.push(event);
        issuer = await startIssuer({ mode, store: makeStore(), world: clock.world, onEvent });
      });
      after(() => issuer.close());

      const refresh = async (token: string): Promise<Tokens> => {
        const { status, body } = await issuer.post("/refresh", { refresh_token: token });
        assert.equal(status, 200);
        return tokensOf(body);
      };
      const expectNoGrant = async (token: string): Promise<void> => {
        const { status, body } = await issuer.post("/refresh", { refresh_token: token });
        assert.deepEqual([status, body.code], [401, "invalid_grant"]);
      };
      /** Nothing that grew from the session works, and the log of events says why. */
      const expectFamilyDead = async (...family: readonly Tokens[]): Promise<void> => {
        for (const tokens of family) {
          await expectNoGrant(tokens.refresh);
          assert.equal((await issuer.get("/sessions", tokens.access)).status, 401);
          if (mode !== "stateless") assert.equal((await issuer.get("/me", tokens.access)).status, 401);
        }
        const reuses = events.splice(0).filter(({ type }) => type === "refresh_reused");
        assert.deepEqual(
          reuses.map((event) => "accountId" in event && event.accountId),
          [family[0]?.userId],
        );
      };

      test("S-08, ASVS-10.4.5, OA-2: a refresh token that comes again after the grace ends the session", async () => {
        const first = await signIn(issuer);
        const second = await refresh(first.refresh);
        clock.advance(graceMs - 1);
        assert.equal((await refresh(first.refresh)).refresh, second.refresh);
        clock.advance(1);
        await expectNoGrant(first.refresh);
        await expectFamilyDead(first, second);
      });

      test("S-11: a refresh token before the previous one ends the session, also within the grace", async () => {
        const first = await signIn(issuer);
        const second = await refresh(first.refresh);
        const third = await refresh(second.refresh);
        assert.equal((await refresh(second.refresh)).refresh, third.refresh);
        await expectNoGrant(first.refresh);
        await expectFamilyDead(first, second, third);
      });

      test("S-13, OA-4: no refresh after sign-out, after ending from elsewhere, or because of a new sign-in", async () => {
        const ada = newPerson();
        const [phone, laptop, tablet] = [
          await signIn(issuer, ada),
          await signIn(issuer, ada),
          await signIn(issuer, ada),
        ];
        assert.equal((await issuer.post("/sign-out", undefined, phone.access)).status, 204);
        await expectNoGrant(phone.refresh);
        const others = await issuer.post("/sessions/revoke-others", undefined, laptop.access);
        assert.deepEqual(others.body, { revoked: 1 });
        await expectNoGrant(tablet.refresh);
        const next = await signIn(issuer, ada);
        for (const ended of [phone, tablet]) await expectNoGrant(ended.refresh);
        for (const live of [laptop, next]) await refresh(live.refresh);
      });

      test("S-20: a refresh token is no access token, and an access token refreshes nothing", async () => {
        const { access, refresh: refreshToken } = await signIn(issuer);
        asRefused(await issuer.get("/me", refreshToken), refreshToken);
        asRefused(await issuer.post("/sign-out", undefined, refreshToken), refreshToken);
        await expectNoGrant(access);
        assert.equal((await issuer.get("/me", access)).status, 200);
        await refresh(refreshToken);
      });
    });
  }

  test(`S-13, ASVS-7.4.1, NIST-S2: what one issuer ends, another on the same file refuses: ${mode}`, async (t) => {
    const store = stores.sqlite();
    const here = await startIssuer({ mode, store });
    t.after(() => here.close());
    const there = await startIssuer({ mode, store, issuer: here.url });
    t.after(() => there.close());
    const { access, refresh } = await signIn(here);
    assert.equal((await there.get("/me", access)).status, 200);
    assert.equal((await here.post("/sign-out", undefined, access)).status, 204);
    assert.equal((await there.post("/refresh", { refresh_token: refresh })).status, 401);
    if (mode === "stateless") return;
    await eventually("the other issuer refuses the token", async () => (await there.get("/me", access)).status === 401);
  });

  test(`S-23: the files of the store hold no token, password or secret that was handed out: ${mode}`, async (t) => {
    const data = mkdtempSync(join(folder, "dump-"));
    const issuer = await startIssuer({ mode, store: sqlite(join(data, "auth.db")) });
    t.after(() => issuer.close());
    const people = [newPerson(), newPerson()].map((person) => ({
      ...person,
      password: `${person.email} is no secret`,
    }));
    const secrets = people.map(({ password }) => password);
    for (const person of people) {
      const first = await signIn(issuer, person);
      const second = tokensOf((await issuer.post("/refresh", { refresh_token: first.refresh })).body);
      secrets.push(first.access, first.refresh, second.access, second.refresh);
    }
    secrets.push((await issuer.auth.services.create("billing")).secret);

    const files = readdirSync(data).filter((name) => name.startsWith("auth.db") && name !== "auth.db.secret");
    assert.deepEqual(files.toSorted(), ["auth.db", "auth.db-shm", "auth.db-wal", "auth.db.lineage"]);
    const dump = Buffer.concat(files.map((name) => readFileSync(join(data, name))));
    for (const { email } of people) assert.ok(dump.includes(email), "the search finds what is there");
    for (const form of secrets.flatMap(formsOf)) assert.ok(!dump.includes(form));
  });
}

test("S-16: a feed that falls silent is noticed by the next look at the head, and the sign-out arrives", async (t) => {
  const proxy = await startTcpProxy();
  t.after(proxy.close);
  const url = `http://localhost:${proxy.port}/auth`;
  const issuer = await startIssuer({ issuer: url });
  t.after(() => issuer.close());
  proxy.leadTo(Number(new URL(issuer.url).port));
  const { service: credentials, secret } = await issuer.auth.services.create("billing");
  const { access } = await signIn(issuer);
  const service = await startService({
    issuer: url,
    audience: "app",
    credentials: { id: credentials.id, secret },
    revocation: { maxStaleness: "1m" },
  });
  t.after(() => service.close());

  const [feed, head, entries] = ["feed", "head", "entries"].map((name) => `/auth/revocation/${name}`);
  assert.ok(feed && head && entries);
  assert.equal((await service.get("/", access)).status, 200);
  await eventually("the feed is open", () => proxy.requestsFor(feed).length === 1);
  proxy.mute(feed);
  assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);
  const looked = proxy.requestsFor(head).length;
  await eventually("the service refuses the token", async () => (await service.get("/", access)).status === 401);
  // What the feed leaves out is fetched beside it.
  assert.deepEqual([proxy.requestsFor(entries).length, proxy.requestsFor(feed).length], [1, 1]);
  // The feed's own watchdog would have needed the time of four looks.
  assert.ok(proxy.requestsFor(head).length - looked <= 2);
});

describe("S-26: another spelling of a revoked token is the same token", () => {
  for (const alg of ["HS256", "ES256", "EdDSA"] as const) {
    test(alg, async (t) => {
      const sharedSecret = new Uint8Array(32).map((_, index) => index * 3 + 1);
      const issuer = await startIssuer({ keys: alg === "HS256" ? { alg, secret: sharedSecret } : { alg } });
      t.after(() => issuer.close());
      const { service: credentials, secret } = await issuer.auth.services.create("billing");
      const service = await startService({
        issuer: issuer.url,
        audience: "app",
        credentials: { id: credentials.id, secret },
        revocation: { maxStaleness: "1m" },
        ...(alg === "HS256" ? { keys: hmacKey(sharedSecret, { alg }) } : {}),
      });
      t.after(() => service.close());

      const { userId } = await signIn(issuer);
      const { access } = await startSession(issuer.auth, userId);
      const valid = alg === "ES256" ? [access, mirrored(access)] : [access];
      for (const token of valid) assert.ok((await issuer.auth.verify(token)).ok, "the signature holds");
      assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);
      await eventually("the service refuses the token", async () => (await service.get("/", access)).status === 401);

      const aliases = aliasesOf(access);
      assert.ok(aliases.length >= 3);
      for (const token of [...valid, ...aliases, ...withSpace(access)]) {
        assert.equal((await issuer.auth.verify(token)).ok, false);
        assert.equal((await service.verifier.authenticate(token)).ok, false);
        if (!/^[\x21-\x7e]+$/.test(token)) continue;
        asRefused(await issuer.get("/me", token), token);
        asRefused(await service.get("/", token), token);
      }
    });
  }
});

/** J-22, J-23: letters that differ only in bits nobody reads, and padding. */
function aliasesOf(token: string): readonly string[] {
  const bytes = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const lastLetters = [...letters].map((letter) => token.slice(0, -1) + letter);
  const same = lastLetters.filter((spelling) => {
    const signature = spelling.slice(spelling.lastIndexOf(".") + 1);
    return spelling !== token && Buffer.from(signature, "base64url").equals(bytes);
  });
  return [...same, `${token}=`, `${token}==`];
}

/** J-24: white space that careless decoders skip. */
const withSpace = (token: string): readonly string[] =>
  [" ", "\t", "\n", "\r\n", "\0", "\u00a0"].flatMap((space) => [
    token + space,
    space + token,
    token.replace(".", `.${space}`),
    token.slice(0, -5) + space + token.slice(-5),
  ]);

/** J-42: of an ECDSA signature (r, s) anyone can make (r, n - s), which is as valid. */
function mirrored(token: string): string {
  const start = token.lastIndexOf(".") + 1;
  const signature = Buffer.from(token.slice(start), "base64url");
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const other = order - BigInt(`0x${signature.subarray(32).toString("hex")}`);
  const s = Buffer.from(other.toString(16).padStart(64, "0"), "hex");
  return token.slice(0, start) + Buffer.concat([signature.subarray(0, 32), s]).toString("base64url");
}

/** How a secret could lie on a disk: as it was handed out, its telling part alone, and the bytes behind that. */
function formsOf(secret: string): readonly (string | Buffer)[] {
  if (secret.includes(" ")) return [secret];
  const unmarked = secret.replace(/^[a-z]{2}_/, "");
  const part = unmarked.slice(unmarked.lastIndexOf(".") + 1);
  const bytes = Buffer.from(part, "base64url");
  assert.ok(bytes.length >= 32);
  return [secret, part, bytes, bytes.toString("hex")];
}
