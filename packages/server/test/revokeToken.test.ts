import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { memory } from "cardea";
import { formPost, type Issuer, newPerson, type Person, startIssuer } from "./support/issuer.ts";

for (const mode of ["stateful", "stateless", "hybrid"] as const) {
  describe(`token revocation (RFC 7009), ${mode}`, () => {
    let issuer: Issuer;
    before(async () => {
      issuer = await startIssuer({ mode });
    });
    after(() => issuer.close());

    const revoke = (token: string, more = "") =>
      issuer.send("/revoke", formPost(`token=${encodeURIComponent(token)}${more}`));
    const refreshes = async (token: string): Promise<boolean> =>
      (await issuer.post("/refresh", { refresh_token: token })).status === 200;

    test("a refresh token ends its session, whatever the hint says", async () => {
      const person = await newPerson(issuer);
      const { status, headers } = await revoke(person.refresh, "&token_type_hint=access_token");
      assert.equal(status, 204);
      assert.match(headers.get("revocation-position") ?? "", /^.+:\d+$/);
      assert.equal(await refreshes(person.refresh), false);
    });

    test("so does an access token", async () => {
      const [person, other] = [await newPerson(issuer), await newPerson(issuer)];
      assert.equal((await revoke(person.access)).status, 204);
      assert.equal(await refreshes(person.refresh), false);
      assert.equal((await issuer.get("/me", person.bearer)).status, mode === "stateless" ? 200 : 401);
      assert.equal(await refreshes(other.refresh), true);
    });

    test("what is unknown, over, changed or no token is no error, and ends nothing", async () => {
      const person = await newPerson(issuer);
      const foreign = `${person.access.slice(0, -4)}AAAA`;
      for (const token of ["x", foreign, `rt_${"a".repeat(22)}.0.${"a".repeat(43)}`, "at_unknown", "a.b.c"]) {
        assert.equal((await revoke(token)).status, 204, token.slice(0, 6));
      }
      assert.equal(await refreshes(person.refresh), true);
      assert.equal((await revoke(person.refresh)).status, 204);
      assert.equal((await revoke(person.refresh)).status, 204);
    });

    test("without a token, or with two, it is refused", async () => {
      for (const form of ["", "token=a&token=b", `token=${"a".repeat(8193)}`]) {
        assert.equal((await issuer.send("/revoke", formPost(form))).status, 400, form.slice(0, 20));
      }
    });
  });
}

test("F-05: a token that nobody can judge now is not said to be revoked", async () => {
  const store = memory();
  let isDown = false;
  const issuer = await startIssuer({
    mode: "stateful",
    store: {
      ...store,
      open: async (world) => {
        const opened = await store.open(world);
        const findByToken: typeof opened.people.findByToken = (...given) =>
          isDown ? Promise.reject(new Error("the store is gone")) : opened.people.findByToken(...given);
        return { ...opened, people: { ...opened.people, findByToken } };
      },
    },
  });
  const person = await newPerson(issuer);
  isDown = true;
  const { status } = await issuer.send("/revoke", formPost(`token=${person.access}`));
  assert.ok(status >= 500, String(status));
  isDown = false;
  assert.equal((await issuer.get("/me", person.bearer)).status, 200);
  await issuer.close();
});

describe("a session that the store lost, as one does that goes on from an older copy of itself", () => {
  const ways = {
    "sign-out": (issuer: Issuer, { bearer }: Person) => issuer.post("/sign-out", undefined, bearer),
    revocation: (issuer: Issuer, { access }: Person) => issuer.send("/revoke", formPost(`token=${access}`)),
  };
  for (const [way, end] of Object.entries(ways)) {
    test(`${way} takes its access token back all the same`, async () => {
      const issuer = await startIssuer();
      const person = await newPerson(issuer);
      const { sid: sessionId } = claimsOf(person.access);
      await issuer.store.people.change({ sessionId }, () => ({ ended: [sessionId], answer: undefined }));
      assert.equal(
        (await issuer.get("/me", person.bearer)).status,
        200,
        "the token is out, and nobody knows its session",
      );
      assert.equal((await end(issuer, person)).status, 204);
      assert.equal((await issuer.get("/me", person.bearer)).status, 401);
      const { entries } = await issuer.store.revocations.read(0, 10);
      assert.deepEqual(
        entries.map(({ kind, key }) => [kind, key]),
        [["session", sessionId]],
      );
      await issuer.close();
    });
  }
});

const claimsOf = (token: string): { readonly sid: string } =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
