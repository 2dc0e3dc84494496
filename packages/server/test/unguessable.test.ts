import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { realWorld } from "cardea";
import { randomToken } from "../src/world.ts";
import { type Issuer, newPerson, startIssuer } from "./support/issuer.ts";

/** What the system's generator gave out, in base64url. */
const given: string[] = [];
const world = {
  ...realWorld,
  random: (length: number) => {
    const bytes = realWorld.random(length);
    given.push(Buffer.from(bytes).toString("base64url"));
    return bytes;
  },
};

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer({ mode: "stateful", development: true, world });
});
after(() => issuer.close());

/** The tokens of all links that were mailed to an address. */
async function linkTokens(email: string): Promise<readonly string[]> {
  await issuer.auth.settled();
  const mails = (issuer.auth.inbox?.list() ?? []).filter(({ to }) => to === email);
  return mails.flatMap(({ link }) => (link === undefined ? [] : [new URL(link).search.slice("?token=".length)]));
}

describe("what must not be guessed", () => {
  test("ASVS-7.2.3, NIST-S1, ASVS-6.5.3, ASVS-11.5.1, CB-1: is 32 bytes of the system's generator, made when it is needed", async () => {
    const earlier = given.length;
    const { access, email } = await newPerson(issuer);
    await issuer.post("/password/forgot", { email });
    const links = await linkTokens(email);
    const { secret } = await issuer.auth.services.create("billing");
    assert.equal(links.length, 2);
    // An opaque token begins with its session's identifier, which is no secret.
    for (const token of [access.slice(-43), secret, ...links]) {
      const text = token.replace(/^[a-z]{2}_/, "");
      assert.equal(Buffer.from(text, "base64url").length, 32);
      assert.ok(given.indexOf(text) >= earlier);
    }
  });

  test("CB-1: is kept as its SHA-256, and found by its exact text", async () => {
    const { access, email } = await newPerson(issuer);
    const [link = ""] = await linkTokens(email);
    const found = await issuer.store.people.findLink(createHash("sha256").update(link).digest("base64url"));
    assert.equal(found?.email, email);
    assert.ok(!JSON.stringify(found).includes(link.slice(3)));
    const otherCase = access.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase());
    assert.notEqual(otherCase, access);
    assert.equal((await issuer.get("/me", `Bearer ${otherCase}`)).status, 401);
    assert.equal((await issuer.get("/me", `Bearer ${access}`)).status, 200);
  });

  test("ASVS-11.5.2: a hundred thousand at once are all different", () => {
    const many = Array.from({ length: 100_000 }, () => randomToken(realWorld, 32));
    assert.equal(new Set(many).size, many.length);
  });
});

test("ASVS-7.2.2: each sign-in has tokens and a session of its own, and service credentials open no person's route", async () => {
  const { email, password, access, refresh } = await newPerson(issuer);
  const again = (await issuer.post("/sign-in", { email, password })).body;
  const tokens = [access, refresh, again.access_token, again.refresh_token];
  assert.equal(new Set(tokens).size, 4);
  const { service, secret } = await issuer.auth.services.create("billing");
  for (const credential of [secret, `${service.id}:${secret}`, service.id]) {
    assert.equal((await issuer.get("/me", `Bearer ${credential}`)).status, 401);
  }
});

test("CS-AU3: the identifiers of accounts are 16 random bytes each, and tell nothing of one another", async () => {
  const people = await Promise.all([newPerson(issuer), newPerson(issuer), newPerson(issuer)]);
  const ids = await Promise.all(
    people.map(async ({ bearer }) => String(Object((await issuer.get("/me", bearer)).body.user).id)),
  );
  for (const id of ids) {
    assert.equal(Buffer.from(id, "base64url").length, 16);
    assert.ok(given.includes(id));
  }
});
