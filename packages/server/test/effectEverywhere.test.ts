import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createVerifier } from "@cardea/verifier";
import { sqlite } from "cardea";
import { type Issuer, newPerson, startIssuer } from "./support/issuer.ts";
import { eventually } from "./support/servers/eventually.ts";

describe("two issuers on one database", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-effect-"));
  let here: Issuer;
  let there: Issuer;
  before(async () => {
    here = await startIssuer({ store: sqlite(join(folder, "auth.db")), mode: "hybrid" });
    const options = { issuer: here.url, store: sqlite(join(folder, "auth.db")), mode: "hybrid" } as const;
    there = await startIssuer(options);
  });
  after(async () => {
    await there.close();
    await here.close();
    rmSync(folder, { recursive: true });
  });

  const refusalThere = async (token: string, options = {}): Promise<string> => {
    const verdict = await there.auth.verify(token, options);
    return verdict.ok ? "accepted" : verdict.refusal.code;
  };
  const jtiOf = (token: string): string =>
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).jti;

  test("a revocation that holds everywhere holds at the other issuer, which judges by a view of its own", async () => {
    for (let round = 0; round < 8; round++) {
      const { access } = await newPerson(here);
      assert.equal(await refusalThere(access), "accepted");
      const revoked = await here.auth.revocations.revoke({ kind: "token", key: jtiOf(access) });
      assert.ok(revoked.ok);
      const { confirmed, lapsed, pending } = await here.auth.revocations.effect(revoked.value, 10_000);
      assert.equal(await refusalThere(access), "revoked");
      assert.deepEqual([confirmed.map(({ serviceId }) => serviceId), lapsed, pending], [["issuer"], [], []]);
    }
  });

  test("who asks the store is told at once, whatever the view there has heard", async () => {
    for (let round = 0; round < 8; round++) {
      const { access } = await newPerson(here);
      await here.auth.revocations.revoke({ kind: "token", key: jtiOf(access) });
      assert.equal(await refusalThere(access, { fresh: true }), "revoked");
    }
  });

  test("an issuer that has closed keeps nobody waiting", async () => {
    const third = await startIssuer({ issuer: here.url, store: sqlite(join(folder, "auth.db")), mode: "hybrid" });
    await third.close();
    const revoked = await here.auth.revocations.revoke({ kind: "tenant", key: "acme" });
    assert.ok(revoked.ok);
    const { confirmed, lapsed } = await here.auth.revocations.effect(revoked.value, 10_000);
    assert.deepEqual([confirmed.length, lapsed], [1, []]);
  });

  test("nor does a verifier that has closed, once nothing is accepted by its view", async () => {
    const { service, secret } = await here.auth.services.create("orders");
    const verifier = createVerifier({
      issuer: here.url,
      audience: "cardea",
      credentials: { id: service.id, secret },
      revocation: { maxStaleness: "1s", whenStale: "deny" },
    });
    await verifier.ready();
    const isListed = async ({ auth }: Issuer): Promise<boolean> =>
      (await auth.revocations.verifiers()).some(({ serviceId }) => serviceId === service.id);
    assert.deepEqual(await Promise.all([here, there].map(isListed)), [true, true]);
    await verifier.close();
    await eventually("no issuer waits for it", async () => {
      const listed = await Promise.all([here, there].map(isListed));
      return !listed.includes(true);
    });
    assert.equal(verifier.revocation.stalenessMs > 1000, true);
  });
});
