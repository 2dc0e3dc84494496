import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AuthOptions, ModeName } from "cardea";
import { formPost, newPerson, newService, startIssuer } from "./support/issuer.ts";

const ada = { email: "ada@example.com", password: "a phrase of several words" };
/** Stateless makes its tokens as hybrid does. */
const modes: readonly ModeName[] = ["stateful", "hybrid"];

/** What a `claims` function of the application may get wrong. Typed as unknown, since JavaScript callers have no types. */
const mistakes: Readonly<Record<string, () => unknown>> = {
  "a claim of ours": () => ({ sub: "root" }),
  "not before some day": () => ({ nbf: 9_999_999_999 }),
  "roles as a text": () => ({ roles: "admin" }),
  "a tenant that is no text": () => ({ tid: 5 }),
  "an empty email": () => ({ email: "" }),
  "a promise": async () => ({ roles: [] }),
  "no object": () => "admin",
  "more than a token holds": () => ({ note: "x".repeat(8000) }),
  "more than a token holds, in letters of three bytes": () => ({ name: "漢".repeat(3000) }),
  "a list": () => ["admin"],
  "an exception": () => {
    throw new Error("the application failed");
  },
  "an exception that is no error": () => {
    throw "the application failed";
  },
};

for (const mode of modes) {
  describe(`the application's claims, ${mode}`, () => {
    for (const [mistake, claims] of Object.entries(mistakes)) {
      test(`${mistake}: no sign-in, a fault, and no session`, async () => {
        const issuer = await startIssuer({ mode, claims: claims as NonNullable<AuthOptions["claims"]> });
        try {
          await issuer.post("/sign-up", ada);
          const answer = await issuer.post("/sign-in", ada);
          assert.deepEqual([answer.status, answer.body.code], [500, "internal_error"]);
          assert.ok(!answer.text.includes("failed"));
          assert.equal(issuer.events.filter(({ type }) => type === "fault").length, 1);
          const account = await issuer.store.people.findByEmail(ada.email);
          assert.deepEqual(await issuer.store.people.sessions(account?.id ?? ""), []);
        } finally {
          await issuer.close();
        }
      });
    }

    test("claims are the same as JSON has them, and as many as fit are accepted", async () => {
      const joined = new Date(0);
      const claims = () => ({ joined, tid: undefined, odd: Number.NaN, note: "x".repeat(3500) });
      const issuer = await startIssuer({ mode, claims, keys: { alg: "PS512" } });
      try {
        const { access, bearer } = await newPerson(issuer);
        const verdict = await issuer.auth.verify(access);
        assert.ok(verdict.ok);
        assert.deepEqual([verdict.claims.joined, verdict.claims.odd], [joined.toISOString(), null]);
        assert.ok(!("tid" in verdict.claims));
        assert.equal((await issuer.get("/me", bearer)).status, 200);
      } finally {
        await issuer.close();
      }
    });

    test("members of the introspection answer cannot be replaced", async () => {
      const issuer = await startIssuer({ mode, claims: () => ({ active: false, token_type: "mac", team: "blue" }) });
      try {
        await issuer.post("/sign-up", ada);
        const { body } = await issuer.post("/sign-in", ada);
        const form = formPost(`token=${body.access_token}&added=by-a-client`, await newService(issuer.auth));
        const answer = await issuer.send("/introspect", form);
        assert.deepEqual([answer.body.active, answer.body.token_type, answer.body.team], [true, "Bearer", "blue"]);
      } finally {
        await issuer.close();
      }
    });
  });
}
