import assert from "node:assert/strict";
import { generateKeyPairSync, sign as signBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { AuthOptions } from "cardea";
import type { Answer } from "../support/client.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { newPerson, type Person, signIn, type Tokens, tokensOf } from "../support/people.ts";
import { faultyWorld } from "./support/world.ts";

/** An answer that a fault makes: 500 or 503 in the fixed shape, and nothing else. */
function assertGeneric({ status, body, text, headers }: Answer): void {
  assert.ok(status === 500 || status === 503, `${status} ${text}`);
  assert.deepEqual(
    Object.keys(body).toSorted(),
    ["code", "detail", "status", "title", "type"].filter((name) => name in body),
  );
  assert.equal(body.status, status);
  assert.doesNotMatch(text, /secret-detail|^\s+at |\brt_|\bat_|eyJ/m);
  assert.deepEqual(headers.getSetCookie(), []);
  if (status === 503) assert.match(headers.get("retry-after") ?? "", /^\d+$/);
}

/** Tries that are made again and again, until they go through. */
const throttle = { signUp: { perAddress: 1000, perNetwork: 1000 } } as const;

for (const mode of ["stateless", "stateful", "hybrid"] as const) {
  describe(`a random generator that fails, ${mode}`, () => {
    const { world, breakRandomAfter, mendRandom } = faultyWorld();
    let issuer: Issuer;
    let person: Person;
    let tokens: Tokens;
    before(async () => {
      issuer = await startIssuer({ mode, world, development: true, throttle });
      person = newPerson();
      tokens = await signIn(issuer, person);
      await issuer.auth.settled();
    });
    after(() => issuer.close());

    /** All that is kept. */
    const kept = async (): Promise<unknown> => ({
      accounts: await issuer.auth.accounts.list(100),
      sessions: await issuer.auth.sessions.list(tokens.userId),
      mails: issuer.auth.inbox?.list().length,
    });
    const requests: Readonly<Record<string, () => Promise<Answer>>> = {
      "a sign-up": () => issuer.post("/sign-up", newPerson()),
      "a sign-in": () => issuer.post("/sign-in", person),
      "a refresh": () => issuer.post("/refresh", { refresh_token: tokens.refresh }),
      "a proof of who one is": () => issuer.post("/reauthenticate", { password: person.password }, tokens.access),
      "a request for another address": () => issuer.post("/email/change", { email: newPerson().email }, tokens.access),
    };

    for (const [name, request] of Object.entries(requests)) {
      test(`F-16, ASVS-16.5.1, ASVS-16.5.3: whichever number ${name} needs is not there, nothing is issued and nothing kept`, async () => {
        const before = await kept();
        for (let calls = 0; ; calls++) {
          const hasFailed = breakRandomAfter(calls);
          const answer = await request();
          const failed = hasFailed();
          mendRandom();
          await issuer.auth.settled();
          if (!failed) break;
          assertGeneric(answer);
          assert.deepEqual(await kept(), before, `after ${calls} calls`);
        }
      });
    }
  });
}

describe("a signer that fails", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  let fault: (() => Uint8Array) | undefined;
  const signer: NonNullable<NonNullable<AuthOptions["keys"]>["signer"]> = {
    kid: "kms-1",
    alg: "ES256",
    publicJwk: publicKey.export({ format: "jwk" }),
    sign: (bytes) => fault?.() ?? signBytes("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" }),
  };
  const { world } = faultyWorld();
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ mode: "hybrid", world, keys: { signer } });
  });
  after(() => issuer.close());

  const faults: Readonly<Record<string, () => Uint8Array>> = {
    throws: () => {
      throw new Error("secret-detail: access denied to key arn:1");
    },
    "answers with a signature that does not hold": () => new Uint8Array(64),
  };
  for (const [what, failing] of Object.entries(faults)) {
    test(`F-16, ASVS-16.5.2: a signer that ${what} is a 503, and no token; who retries goes on`, async () => {
      const person = newPerson();
      const { refresh } = await signIn(issuer, person);
      fault = failing;
      const answers = await Promise.all([
        issuer.post("/sign-in", person),
        issuer.post("/refresh", { refresh_token: refresh }),
      ]);
      for (const answer of answers) {
        assertGeneric(answer);
        assert.equal(answer.status, 503);
      }
      fault = undefined;
      const { status, body } = await issuer.post("/refresh", { refresh_token: refresh });
      assert.equal(status, 200);
      assert.equal((await issuer.post("/refresh", { refresh_token: tokensOf(body).refresh })).status, 200);
      assert.equal((await issuer.post("/sign-in", person)).status, 200);
    });
  }
});
