import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { startIssuer } from "./support/issuer.ts";

test("CS-SM5: a thousand opaque tokens that nobody has raise one event, and every one of them is refused", async () => {
  const issuer = await startIssuer({ mode: "stateful", trustProxy: 1 });
  try {
    const guess = (): Promise<number> => {
      const token = `at_${randomBytes(48).toString("base64url")}x`;
      const headers = { authorization: `Bearer ${token}`, "x-forwarded-for": "203.0.113.7" };
      return issuer.send("/me", { headers }).then(({ status }) => status);
    };
    const suspected = (): number => issuer.events.filter(({ type }) => type === "token_guessing_suspected").length;
    for (let round = 0; round < 10; round++) {
      const statuses = await Promise.all(Array.from({ length: 100 }, guess));
      assert.deepEqual(new Set(statuses), new Set([401]));
    }
    await issuer.auth.settled();
    assert.equal(suspected(), 0);
    for (let more = 0; more < 3; more++) await guess();
    await issuer.auth.settled();
    assert.equal(suspected(), 1);
  } finally {
    await issuer.close();
  }
});
