import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type AlgorithmName, createSigner, type Policy, type RefusalCode, verify } from "@cardea/jwt";
import { exportKeys, importKeys, makeKeys, type OwnKeys } from "./keys.ts";
import type { ForeignKeys, Form, Peer } from "./peer.ts";
import { tamperedForms } from "./tamper.ts";

/** What there is to try with somebody else's library. */
export type Exchange = {
  readonly start: () => Peer;
  /** The algorithms that both sides have, and how the keys of each travel. */
  readonly forms: { readonly [alg in AlgorithmName]?: readonly Form[] };
  /** What it says of a signature that is not by the key. */
  readonly badSignature: string;
  /** What it says where we would say this. Empty if it reads no claims. */
  readonly claimErrors: { readonly [code in RefusalCode]?: string };
};

/** Both sides take what the other one signs, by keys that either made, and refuse it as soon as a bit of it is changed. */
export function exchangeConformance({ start, forms, badSignature, claimErrors }: Exchange): void {
  let peer: Peer;
  before(() => {
    peer = start();
  });
  after(() => peer.close());

  for (const alg of algorithmsOf(forms)) {
    for (const form of forms[alg] ?? []) {
      describe(`${alg}, keys as ${form}`, () => {
        let ours: OwnKeys;
        let exported: ForeignKeys;
        let made: ForeignKeys;
        let imported: OwnKeys;
        before(async () => {
          ours = makeKeys(alg);
          exported = exportKeys(ours, form);
          made = await peer.generate({ alg, form });
          imported = importKeys(made, alg);
        });

        test("it takes what we sign with our key", () => weSign(ours, exported));
        test("we take what it signs with our key", () => theySign(ours, exported));
        test("it takes what we sign with its key", () => weSign(imported, made));
        test("we take what it signs with its key", () => theySign(imported, made));
      });
    }
  }

  async function weSign({ signingKey }: OwnKeys, { verification }: ForeignKeys): Promise<void> {
    const request = { alg: signingKey.alg, key: verification, ...expected };
    const claims = currentClaims();
    const token = createSigner({ key: signingKey })(claims);
    assert.deepEqual(await peer.verify({ ...request, token }), { ok: true, claims });
    for (const [what, forged] of tamperedForms(token)) {
      assert.deepEqual(await peer.verify({ ...request, token: forged }), { ok: false, error: badSignature }, what);
    }
  }

  async function theySign({ signingKey, verificationKey }: OwnKeys, { signing }: ForeignKeys): Promise<void> {
    const { alg, kid } = signingKey;
    const claims = currentClaims();
    const header = { typ: "JWT", ...(kid !== undefined && { kid }) };
    const token = await peer.sign({ alg, key: signing, header, claims });
    const verdict = verify(token, { keys: verificationKey, policy: expected });
    assert.ok(verdict.ok, JSON.stringify(verdict));
    assert.deepEqual(verdict.claims, claims);
    assert.deepEqual(verdict.header, { alg, ...header });
    for (const [what, forged] of tamperedForms(token)) {
      const refused = verify(forged, { keys: verificationKey, policy: expected });
      assert.equal(refused.ok ? "accepted" : refused.refusal.code, "bad_signature", what);
    }
  }

  for (const [code, error] of Object.entries(claimErrors)) {
    test(`both sides refuse the other's token as ${code}`, async () => {
      const alg = "HS256";
      const { signingKey, verificationKey } = makeKeys(alg);
      const { signing } = exportKeys({ signingKey, verificationKey }, "secret");
      const claims = { ...currentClaims(), ...changes()[code] };
      const token = createSigner({ key: signingKey })(claims);
      assert.deepEqual(await peer.verify({ alg, key: signing, token, ...expected }), { ok: false, error });

      const header = { typ: "JWT", kid: signingKey.kid };
      const theirs = await peer.sign({ alg, key: signing, header, claims });
      const verdict = verify(theirs, { keys: verificationKey, policy: expected });
      assert.equal(verdict.ok ? "accepted" : verdict.refusal.code, code);
    });
  }
}

const expected = { issuer: "https://issuer.test", audience: "api" } as const satisfies Policy;

/** Claims of every JSON type, with text outside ASCII and the outermost safe integer. The peers go by the real clock. */
function currentClaims() {
  const iat = seconds();
  return {
    ...{ iss: expected.issuer, aud: expected.audience, sub: "Zoë ☂ 𝒜", iat, exp: iat + 300 },
    data: { numbers: [0, -2.5, Number.MAX_SAFE_INTEGER], none: null, yes: true, no: false, empty: [{}, [], ""] },
  };
}

/** What makes the current claims deserve a refusal. */
const changes = (): Readonly<Record<string, object>> => ({
  expired: { iat: seconds() - 600, exp: seconds() - 300 },
  not_yet_valid: { nbf: seconds() + 300, exp: seconds() + 600 },
  wrong_issuer: { iss: `${expected.issuer}/` },
  wrong_audience: { aud: "billing" },
});

const seconds = (): number => Math.floor(Date.now() / 1000);

const algorithmsOf = (forms: Exchange["forms"]): readonly AlgorithmName[] => Object.keys(forms) as AlgorithmName[];
