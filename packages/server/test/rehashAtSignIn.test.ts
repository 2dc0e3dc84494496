import assert from "node:assert/strict";
import { pbkdf2Sync, scryptSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { hashSync } from "@node-rs/bcrypt";
import { realWorld } from "cardea";
import { importAccounts } from "../src/people/importAccounts.ts";
import { ok } from "../src/refusal.ts";
import { type Answer, type Issuer, startIssuer } from "./support/issuer.ts";

const password = "a phrase of several words";
const salt = Buffer.from("sixteen bytes ok");
const base64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

/** The same password as other systems keep it. */
const hashes: Readonly<Record<string, string>> = {
  bcrypt: hashSync(password, { cost: 4 }),
  scrypt: `$scrypt$ln=10,r=4,p=2$${base64(salt)}$${base64(scryptSync(password, salt, 32, { N: 1024, r: 4, p: 2 }))}`,
  pbkdf2: `$pbkdf2-sha512$i=500$${base64(salt)}$${base64(pbkdf2Sync(password, salt, 500, 64, "sha512"))}`,
};

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());

async function imported(email: string, passwordHash: string): Promise<void> {
  const { people } = issuer.store;
  const parts = { people, world: realWorld, keys: {}, checkFields: async () => ok({}) };
  for await (const { outcome } of importAccounts([{ email, passwordHash }], parts)) assert.equal(outcome, "imported");
}

const storedHash = async (email: string): Promise<string> =>
  (await issuer.store.people.findByEmail(email))?.passwordHash ?? "";

/** How often the issuer told that this account's password was hashed anew. */
async function timesRehashed(email: string): Promise<number> {
  const id = (await issuer.store.people.findByEmail(email))?.id;
  return issuer.events.filter((event) => event.type === "password_rehashed" && event.accountId === id).length;
}

describe("CS-PS2: an imported hash is replaced at sign-in", () => {
  const signIn = (email: string, typed = password): Promise<Answer> =>
    issuer.post("/sign-in", { email, password: typed });

  for (const [scheme, hash] of Object.entries(hashes)) {
    test(`${scheme}: a wrong password leaves it; the first sign-in makes it argon2id and tells so; the next changes nothing`, async () => {
      const email = `${scheme}@example.com`;
      await imported(email, hash);
      assert.equal((await signIn(email, "not the phrase at all")).status, 401);
      assert.deepEqual([await storedHash(email), await timesRehashed(email)], [hash, 0]);

      const first = await signIn(email);
      assert.equal(first.status, 200);
      const replaced = await storedHash(email);
      assert.match(replaced, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      assert.equal(await timesRehashed(email), 1);
      // It is the same password: nothing that it opened has ended.
      assert.equal((await issuer.get("/me", `Bearer ${first.body.access_token}`)).status, 200);

      assert.equal((await signIn(email)).status, 200);
      assert.deepEqual([await storedHash(email), await timesRehashed(email)], [replaced, 1]);
      assert.equal((await signIn(email, "not the phrase at all")).status, 401);
    });
  }
});
