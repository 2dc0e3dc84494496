import assert from "node:assert/strict";
import { generateKeyPairSync, sign as signBytes } from "node:crypto";
import { after, beforeEach, describe, test } from "node:test";
import { peek } from "@cardea/jwt";
import { type KeySigner, memory, realWorld } from "cardea";
import { type Answer, newPerson, type Person, startIssuer } from "./support/issuer.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const clock = { passed: 0 };
const world = { ...realWorld, now: () => realWorld.now() + clock.passed };

/** What the key-management service does before it signs. */
let before: () => unknown = () => undefined;
const signer: KeySigner = {
  kid: "kms",
  alg: "ES256",
  publicJwk: publicKey.export({ format: "jwk" }),
  sign: async (bytes) => {
    await before();
    return signBytes("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
  },
};
const down = (): never => {
  throw new Error("down");
};

const issuer = await startIssuer({ store: memory(), world, keys: { signer } });
after(issuer.close);
beforeEach(() => {
  before = () => undefined;
});

const newPassword = "another phrase of words";
const handingOut: Readonly<Record<string, (person: Person) => Promise<Answer>>> = {
  "sign-in": ({ email, password }) => issuer.post("/sign-in", { email, password }),
  refresh: ({ refresh }) => issuer.post("/refresh", { refresh_token: refresh }),
  reauthentication: ({ password, bearer }) => issuer.post("/reauthenticate", { password }, bearer),
  "change of password": ({ password, bearer }) =>
    issuer.post("/password/change", { current_password: password, password: newPassword }, bearer),
};

describe("a token that cannot be signed leaves everything as it was", () => {
  for (const [name, request] of Object.entries(handingOut)) {
    test(`${name}: no session begins, ends or rotates, no password changes, and trying again works, also after the grace`, async () => {
      const person = await newPerson(issuer);
      const earlier = await stateOf(person);
      before = down;
      for (const seconds of [0, 31, 60]) {
        clock.passed += seconds * 1000;
        const refused = await request(person);
        assert.deepEqual([refused.status, refused.body.code], [503, "temporarily_unavailable"]);
        assert.equal(refused.body.title, "This cannot be done at the moment", "whatever it was that was asked for");
      }
      assert.deepEqual(await stateOf(person), earlier);
      before = () => undefined;
      const refreshed = await issuer.post("/refresh", { refresh_token: person.refresh });
      assert.equal(refreshed.status, 200, "the refresh token is still the current one");
      const again = { ...person, bearer: `Bearer ${refreshed.body.access_token}` };
      assert.equal((await request(again)).status, 200);
    });
  }
});

describe("what changes while a token is being signed", () => {
  const accountOf = async ({ email }: Person): Promise<string> =>
    (await issuer.store.people.findByEmail(email))?.id ?? "";

  test("is in the token: it is signed anew", async () => {
    const person = await newPerson(issuer);
    const id = await accountOf(person);
    before = once(() => issuer.auth.accounts.setRoles(id, ["editor"], api));
    const { body } = await issuer.post("/refresh", { refresh_token: person.refresh });
    assert.deepEqual(peek(String(body.access_token))?.unverifiedClaims.roles, ["editor"]);
    assert.equal((await issuer.get("/me", `Bearer ${body.access_token}`)).status, 200);
  });

  test("keeps who is disabled meanwhile out", async () => {
    const person = await newPerson(issuer);
    const id = await accountOf(person);
    before = once(() => issuer.auth.accounts.disable(id, api));
    const refused = await issuer.post("/sign-in", { email: person.email, password: person.password });
    assert.deepEqual([refused.status, refused.body.code], [401, "invalid_credentials"]);
    assert.deepEqual(await issuer.store.people.sessions(id), []);
  });

  test("does not keep twenty who refresh at once from one successor, nor from signing in", async () => {
    const person = await newPerson(issuer);
    const refreshed = await Promise.all(Array.from({ length: 20 }, () => handingOut.refresh?.(person)));
    assert.deepEqual(new Set(refreshed.map((answer) => answer?.status)), new Set([200]));
    assert.equal(new Set(refreshed.map((answer) => answer?.body.refresh_token)).size, 1);
    const id = await accountOf(person);
    assert.equal((await issuer.store.people.sessions(id)).length, 1);
    const signedIn = await Promise.all(Array.from({ length: 5 }, () => handingOut["sign-in"]?.(person)));
    assert.deepEqual(new Set(signedIn.map((answer) => answer?.status)), new Set([200]));
    assert.equal((await issuer.store.people.sessions(id)).length, 6);
  });
});

const api = { requestId: undefined, address: undefined, userAgent: undefined, actor: "api" };

/** The rows of a person: account and sessions. */
async function stateOf({ email }: Person): Promise<unknown> {
  const account = await issuer.store.people.findByEmail(email);
  return { account, sessions: await issuer.store.people.sessions(account?.id ?? "") };
}

function once(work: () => unknown): () => unknown {
  let isDone = false;
  return () => {
    if (isDone) return undefined;
    isDone = true;
    return work();
  };
}
