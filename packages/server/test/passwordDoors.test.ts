import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Answer, type Issuer, startIssuer } from "./support/issuer.ts";

const phrase = "a phrase of several words";

/** A way to set a password: prepares what it needs for an address, and then tries passwords there. */
type Door = (
  issuer: Issuer,
  email: string,
) => Promise<{ readonly done: number; readonly set: (password: string) => Promise<Answer> }>;

const signedUp = async (issuer: Issuer, email: string): Promise<string> => {
  await issuer.post("/sign-up", { email, password: phrase });
  const { body } = await issuer.post("/sign-in", { email, password: phrase });
  return `Bearer ${body.access_token}`;
};

const doors: Readonly<Record<string, Door>> = {
  "sign-up": async (issuer, email) => ({
    done: 201,
    set: (password) => issuer.post("/sign-up", { email, password }),
  }),
  "a change": async (issuer, email) => {
    const bearer = await signedUp(issuer, email);
    const set = (password: string): Promise<Answer> =>
      issuer.post("/password/change", { current_password: phrase, password }, bearer);
    return { done: 200, set };
  },
  "a reset": async (issuer, email) => {
    await signedUp(issuer, email);
    await issuer.post("/password/forgot", { email });
    await issuer.auth.settled();
    const mail = issuer.auth.inbox?.list().find(({ to, kind }) => to === email && kind === "reset_password");
    const token = new URL(mail?.link ?? "").search.slice("?token=".length);
    return { done: 204, set: (password) => issuer.post("/password/reset", { token, password }) };
  },
};

/** Refused as a field of the body, with the reason and nothing of the password. */
function refuses({ status, body, text }: Answer, password: string, reason: string): void {
  const [{ field, reason: why } = { field: "", reason: "" }] = Array.isArray(body.errors) ? body.errors : [];
  assert.deepEqual([status, body.code, field, why], [400, "invalid_request", "password", reason], password);
  assert.ok(!text.includes(password), text);
}

describe("the default policy, with words of the product", () => {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ development: true, passwords: { contextWords: ["Cardea"] } });
  });
  after(() => issuer.close());

  for (const [name, open] of Object.entries(doors)) {
    test(`ASVS-6.2.4, ASVS-6.2.11: ${name} refuses common passwords, and those made of the address or of the product's words`, async () => {
      const email = `lovelace.${name.replaceAll(" ", "")}@example.com`;
      const { done, set } = await open(issuer, email);
      for (const common of ["liverpool", "Password1"]) refuses(await set(common), common, "password_common");
      for (const made of ["lovelace1815", "L0v3l4c3!!", email, "cardea2026", "C4rd34!!", "c@rde@99"]) {
        refuses(await set(made), made, "password_contextual");
      }
      const mere = "lovelace and liverpool";
      assert.equal((await set(mere)).status, done);
      assert.equal((await issuer.post("/sign-in", { email, password: mere })).status, 200);
    });
  }

  test("NIST-P4: a password set in composed characters opens when it is typed in decomposed ones, and the other way", async () => {
    const composed = "Ein süßes Törtchen, très près";
    const decomposed = composed.normalize("NFD");
    assert.notEqual(composed, decomposed);
    for (const [at, [set, typed]] of [
      [composed, decomposed],
      [decomposed, composed],
    ].entries()) {
      const email = `forms${at}@example.com`;
      assert.equal((await issuer.post("/sign-up", { email, password: set })).status, 201);
      assert.equal((await issuer.post("/sign-in", { email, password: typed })).status, 200);
      const plain = composed.normalize("NFD").replace(/\p{M}/gu, "");
      assert.equal((await issuer.post("/sign-in", { email, password: plain })).status, 401);
    }
  });
});

describe("the policy nist-800-63b-4", () => {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ development: true, passwords: { policy: "nist-800-63b-4" } });
  });
  after(() => issuer.close());

  for (const [name, open] of Object.entries(doors)) {
    test(`NIST-P1: ${name} refuses 14 characters and takes 15`, async () => {
      const { done, set } = await open(issuer, `nist.${name.replaceAll(" ", "")}@example.com`);
      for (const short of ["x7 vqpkz mrte ", "é7 vqpkz mrte😀"]) {
        assert.equal([...short].length, 14);
        refuses(await set(short), short, "password_too_short");
      }
      assert.equal((await set("x7 vqpkz mrte 9")).status, done);
    });
  }
});
