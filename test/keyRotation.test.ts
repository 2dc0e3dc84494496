import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type AuthOptions, realWorld, sqlite, type World } from "cardea";
import { createRemoteJWKSet, type JWTVerifyGetKey, jwksCache, jwtVerify } from "jose";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn } from "./support/people.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-rotation-"));
after(() => rmSync(folder, { recursive: true }));

const rhythm: Partial<AuthOptions> = {
  keys: { rotateEvery: "3s", publishAhead: "40s", verifyFor: "130s" },
  access: { ttl: "10s" },
  store: sqlite(join(folder, "keys.db")),
};

/** Long enough for five rotations, and for the oldest copy of the JWKS to pass jose's cool-down of 30 s. */
const loadMs = 16_000;

/** A JWKS as it was, and when. */
type Copy = { readonly jwks: ReturnType<Issuer["auth"]["keys"]["jwks"]>; readonly uat: number };

/** An issuer that has been running for a hundred seconds, with what its JWKS was at some of them: the clock is ahead of the work, not of the rules. */
async function runningIssuer(): Promise<{ readonly issuer: Issuer; readonly copyOf: (age: number) => Copy }> {
  let behindMs = 100_000;
  const world: World = { ...realWorld, now: () => realWorld.now() - behindMs };
  const issuer = await startIssuer({ ...rhythm, world });
  const copies = new Map<number, Copy>();
  for (; behindMs > 0; behindMs -= 1000) {
    await issuer.auth.keys.turn();
    copies.set(behindMs, { jwks: issuer.auth.keys.jwks(), uat: world.now() });
  }
  const copyOf = (age: number): Copy => {
    const copy = copies.get(age);
    assert.ok(copy);
    return copy;
  };
  return { issuer, copyOf };
}

test("jose's default verifier refuses nothing while keys rotate every 3 s under load on two issuers", async () => {
  const { issuer: first, copyOf } = await runningIssuer();
  const second = await startIssuer({ ...rhythm, issuer: first.url });
  const issuers = [first, second];
  const jwksOf = ({ url }: Issuer): URL => new URL(`${url}/.well-known/jwks.json`);
  const aged = copyOf(20_000);
  const tooOld = copyOf(50_000);
  const verifiers: Readonly<Record<string, JWTVerifyGetKey>> = {
    "fetches from the first": createRemoteJWKSet(jwksOf(first)),
    "fetches from the second": createRemoteJWKSet(jwksOf(second)),
    "fetched 20 s ago": createRemoteJWKSet(jwksOf(first), { [jwksCache]: { jwks: keysOf(aged), uat: aged.uat } }),
  };
  // It believes to have fetched just now what is 50 s old: a key is published for 40 s before it signs, so refusals would show.
  const deceived = createRemoteJWKSet(jwksOf(first), { [jwksCache]: { jwks: keysOf(tooOld), uat: realWorld.now() } });
  const policy = { issuer: first.url, audience: "app", typ: "at+jwt" };
  const refusals: string[] = [];
  const counts = { verified: 0, deceived: 0 };
  const kids = new Set<string>();

  const check = async (token: string): Promise<void> => {
    for (const [name, keys] of Object.entries(verifiers)) {
      await jwtVerify(token, keys, policy).then(
        ({ protectedHeader }) => {
          kids.add(String(protectedHeader.kid));
          counts.verified += 1;
        },
        (error: unknown) => refusals.push(`${name}: ${error}`),
      );
    }
    await jwtVerify(token, deceived, policy).catch(() => {
      counts.deceived += 1;
    });
    for (const { auth } of issuers) {
      const verdict = await auth.verify(token);
      if (!verdict.ok) refusals.push(`issuer: ${verdict.refusal.code}`);
    }
  };
  const until = realWorld.monotonic() + loadMs;
  const client = async (at: number): Promise<void> => {
    let { access, refresh } = await signIn(first);
    for (let turn = at; realWorld.monotonic() < until; turn++) {
      const earlier = access;
      const answer = await issuers[turn % 2]?.post("/refresh", { refresh_token: refresh });
      assert.equal(answer?.status, 200);
      access = String(answer.body.access_token);
      refresh = String(answer.body.refresh_token);
      await Promise.all([check(access), check(earlier)]);
    }
  };
  await Promise.all(Array.from({ length: 4 }, (_, at) => client(at)));
  for (const issuer of issuers) await issuer.close();

  assert.deepEqual(refusals, []);
  assert.ok(kids.size >= 5, `${kids.size} keys signed`);
  assert.ok(counts.verified >= 300, `${counts.verified} verifications`);
  assert.ok(counts.deceived > 0, "a copy that is too old does not know the key");
});

/** As it went over the wire. */
const keysOf = ({ jwks }: Copy) => JSON.parse(JSON.stringify(jwks));
