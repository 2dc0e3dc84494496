import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createMultiIssuerVerifier, createVerifier, unchecked, type Verifier } from "@cardea/verifier";
import { endpoints } from "@cardea/verifier/wire";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type GuardedService, guardKinds, startGuardedService } from "./support/guardedService.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience, verifyingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let verifier: Verifier;
let service: GuardedService;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  service = await startGuardedService();
  verifier = createVerifier(options());
  await verifier.ready();
});

afterEach(async () => {
  await verifier.close();
  await Promise.all([issuer.close(), service.close()]);
});

const options = () => {
  const credentials = { id: "svc", secret: "s3cret" };
  return { issuer: issuer.url, audience, credentials, keys: verifyingKey, revocation: {} } as const;
};
const token = (change = {}): string => accessToken(Date.now(), { iss: issuer.url, rvp: 0, ...change });

/** The issuer has revoked a session, and nobody has told the verifier. Returns what the issuer answers. */
function revokeUnheard(key: string): string {
  issuer.head += 1;
  issuer.entries.push({ kind: "session", key, pos: issuer.head, expiresAt: Number.MAX_SAFE_INTEGER });
  return `${issuer.epoch}:${issuer.head}`;
}

/** Revokes one session after the other, until the moment that is waited was long enough for a busy machine; then what was said counts. */
async function sayWhenReached<T>(
  asked: Pick<Verifier, "revocation">,
  say: (text: string, position: string) => Promise<T>,
): Promise<T> {
  for (let round = 0; round < 50; round++) {
    const { missed } = asked.revocation.positionWaits;
    const sid = `s${round}`;
    const said = await say(token({ sid }), revokeUnheard(sid));
    if (asked.revocation.positionWaits.missed === missed) return said;
  }
  throw new Error("The position was never reached in time.");
}

for (const kind of guardKinds) {
  test(`${kind}: a request that shows a position is judged by what happened up to it`, async () => {
    service.protect(kind, verifier);
    const show = async (text: string, position: string): Promise<number> => {
      const headers = ["Authorization", `Bearer ${text}`, "Revocation-Position", position];
      return (await service.call(headers)).status;
    };
    assert.equal(await sayWhenReached(verifier, show), 401);
    const { position, epoch } = verifier.revocation;
    assert.equal(await show(token({ sid: "another" }), `${epoch}:${position}`), 200);
  });

  test(`${kind}: what is no position of this log has no effect`, async () => {
    service.protect(kind, verifier);
    issuer.override.head = sendJson({ epoch: issuer.epoch, head: issuer.head });
    revokeUnheard("s");
    for (const unknown of ["e0:9", "garbage", "", "e1:1, e1:1"]) {
      const headers = ["Authorization", `Bearer ${token()}`, "Revocation-Position", unknown];
      assert.equal((await service.call(headers)).status, 200, unknown);
    }
    assert.deepEqual(verifier.revocation.positionWaits, { reached: 0, missed: 0 });
  });
}

test("a position that never comes delays a request, and changes nothing else", async () => {
  const verdict = await verifier.authenticate(token(), { position: "e1:999" });
  assert.deepEqual([verdict.ok, verifier.revocation.positionWaits], [true, { reached: 0, missed: 1 }]);
  assert.deepEqual(verifier.revocation.decisions.live, { accepted: 1, refused: 0 }, "one request is one decision");
  assert.equal(verifier.revocation.reconnects, 0);
});

test("who has no good token waits for nothing", async () => {
  const before = issuer.seen.length;
  const shown = { position: "e1:999" };
  const refused = [token({ aud: "another" }), "a.b.c", "opaque", ""].map((text) => verifier.authenticate(text, shown));
  assert.ok((await Promise.all(refused)).every(({ ok }) => !ok));
  assert.deepEqual(verifier.revocation.positionWaits, { reached: 0, missed: 0 });
  assert.ok(issuer.seen.slice(before).every((line) => !line.includes(endpoints.entries)));
});

test("where revocation is unchecked a position has no effect", async () => {
  const alone = createVerifier({ ...options(), revocation: unchecked });
  assert.equal((await alone.authenticate(token(), { position: "e1:999" })).ok, true);
  await alone.close();
});

test("among several issuers the position goes to that of the token", async () => {
  const several = createMultiIssuerVerifier([
    { ...options(), issuer: "http://localhost:1/other", revocation: unchecked },
    options(),
  ]);
  await several.ready();
  const asked = several.issuers.get(issuer.url) ?? several;
  const verdict = await sayWhenReached(asked, (text, position) => several.authenticate(text, { position }));
  assert.equal(verdict.ok || verdict.refusal.code, "revoked");
  await several.close();
});
