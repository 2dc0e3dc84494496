import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { exportPublicJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import { createVerifier, type Verdict, type Verifier } from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;
let token: string;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  token = accessToken(world.wall, { iss: issuer.url, rvp: 0 });
});

afterEach(async () => {
  await verifier.close();
  await issuer.close();
});

async function open(change: { readonly cacheSize?: number } = {}): Promise<void> {
  verifier = createVerifier({
    issuer: issuer.url,
    audience,
    credentials: { id: "svc", secret: "s3cret" },
    revocation: { maxStaleness: "1h" },
    world: world.parts,
    ...change,
  });
  await verifier.ready();
}

const codeOf = (verdict: Verdict): string => (verdict.ok ? "accepted" : verdict.refusal.code);

/** Whether the second answer was read from the first: then both have the same claims, not only equal ones. */
function isRemembered(): boolean {
  const [first, second] = [verifier.verify(token), verifier.verify(token)];
  assert.ok(first.ok && second.ok);
  return first.claims === second.claims;
}

test("an accepted token is remembered unless cacheSize is 0", async () => {
  await open();
  assert.equal(isRemembered(), true);
  await verifier.close();
  await open({ cacheSize: 0 });
  assert.equal(isRemembered(), false);
});

const otherKey = exportPublicJwk(publicKeyOf(generateKey("ES256", { kid: "k2" })));

/** What happens to a remembered token, and the refusal that must come of it. */
const changes: readonly (readonly [what: string, change: () => unknown, refusal: string])[] = [
  ["expires", () => world.pass(305_000), "expired"],
  ["loses its session", () => issuer.revoke({ kind: "session", key: "s" }), "revoked"],
  ["loses its key by a revocation", () => issuer.revoke({ kind: "key", key: "k1" }), "revoked"],
  [
    "loses its key, which was withdrawn",
    () => {
      issuer.override.jwks = sendJson({ keys: [otherKey] });
      return verifier.authenticate(accessToken(world.wall, {}, { key: generateKey("ES256", { kid: "k3" }) }));
    },
    "unknown_key",
  ],
  [
    "can no longer be judged",
    () => {
      issuer.override.head = (_, response) => response.writeHead(500).end();
      token = accessToken(world.wall, { iss: issuer.url, exp: world.wall / 1000 + 3600 });
      assert.equal(isRemembered(), true);
      world.pass(3_600_000);
    },
    "stale_view",
  ],
];

for (const [what, change, refusal] of changes) {
  test(`a remembered token is refused from when it ${what}`, async () => {
    await open();
    assert.equal(isRemembered(), true);
    await change();
    await eventually("it is refused", () => !verifier.verify(token).ok);
    assert.deepEqual([codeOf(verifier.verify(token)), codeOf(await verifier.authenticate(token))], [refusal, refusal]);
  });
}
