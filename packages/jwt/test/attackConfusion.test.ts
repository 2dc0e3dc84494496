import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { createVerifier, hmacKey, keySet } from "@cardea/jwt";
import { type Actor, actors, everyActor, kid, pairActors } from "./support/actors.ts";
import { assertVerdict, clock, craft, headerOf, policy, verdictOf } from "./support/craft.ts";

const withAlg = (alg: unknown) => JSON.stringify({ alg, typ: "JWT", kid });

describe("ASVS-9.1.2, JWT-1 a key takes its own algorithm alone, even under a true signature", () => {
  for (const actor of everyActor) {
    test(actor.alg, () => {
      const others = everyActor.filter((other) => other !== actor);
      assertVerdict(
        actor,
        others.flatMap((other) => [
          craft(other),
          craft(actor, { header: withAlg(other.alg) }),
          craft(other, { header: JSON.stringify({ alg: other.alg, typ: "JWT" }) }),
        ]),
        "wrong_algorithm",
      );
      assertVerdict(
        actor,
        others.map((other) => craft(other, { header: headerOf(actor) })).filter((token) => !isTrue(actor, token)),
        "bad_signature",
      );
    });
  }

  /** EdDSA and Ed25519 are two names of one signature, so the forger's is right by chance of the name. */
  const isTrue = (actor: Actor, token: string) => actor.alg.startsWith("Ed") && token === craft(actor);
});

describe("J-05, J-06, J-08 a public key is no HMAC secret", () => {
  for (const actor of pairActors) {
    test(actor.alg, () => {
      for (const secret of publicForms(actor)) {
        for (const alg of ["HS256", "HS384", "HS512"]) {
          const seal = (input: string | Uint8Array) =>
            createHmac(`sha${alg.slice(2)}`, secret)
              .update(input)
              .digest("base64url");
          assertVerdict(actor, [craft({ ...actor, seal }, { header: withAlg(alg) })], "wrong_algorithm");
          assertVerdict(actor, [craft({ ...actor, seal }, { header: headerOf(actor) })], "bad_signature");
        }
      }
    });
  }

  test("hmacKey refuses every form that is not bare numbers", () => {
    for (const actor of pairActors) {
      for (const secret of publicForms(actor).filter(({ length }) => length > 70)) {
        if (isBarePoint(secret)) continue;
        assert.throws(() => hmacKey(secret, { alg: "HS256" }), /PEM, DER or JWK/);
      }
    }
  });

  const isBarePoint = (secret: Uint8Array) => secret[0] === 4 || secret.length < 44;

  function publicForms({ publicKeyObject: key }: Actor): readonly Buffer[] {
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    const der = key.export({ type: "spki", format: "der" });
    const pkcs1 = key.asymmetricKeyType === "rsa" ? [key.export({ type: "pkcs1", format: "pem" }).toString()] : [];
    const body = pem.replace(/-----[^-]+-----\n?/g, "");
    const jwk = JSON.stringify(key.export({ format: "jwk" }));
    const texts = [pem, pem.trimEnd(), pem.replaceAll("\n", "\r\n"), ` ${pem}`, body, body.replaceAll("\n", "")];
    return [
      ...[...texts, ...pkcs1, jwk, `{"keys":[${jwk}]}`].map((text) => Buffer.from(text)),
      ...[der, ...points(key.export({ format: "jwk" }))],
    ];
  }

  function points({ x, y, crv }: { x?: string; y?: string; crv?: string }): readonly Buffer[] {
    if (x === undefined) return [];
    const [first, second] = [Buffer.from(x, "base64url"), Buffer.from(y ?? "", "base64url")];
    const compressed = Buffer.concat([Buffer.of(2 + ((second.at(-1) ?? 0) & 1)), first]);
    return crv === "Ed25519" ? [first] : [Buffer.concat([Buffer.of(4), first, second]), compressed];
  }
});

test("J-05 nor where the same verifier also knows a shared secret", () => {
  const { RS256: rsa, HS256: shared } = actors;
  const secret = rsa.publicKeyObject.export({ type: "spki", format: "pem" }).toString();
  const seal = (input: string | Uint8Array) => createHmac("sha256", secret).update(input).digest("base64url");
  const other = hmacKey(shared.keyObject.export(), { alg: "HS256", kid: "shared" });
  const { verify } = createVerifier({ keys: keySet([rsa.verificationKey, other]), policy, now: clock });
  const judge = (header: object) => verdictOf(verify(craft({ ...rsa, seal }, { header: JSON.stringify(header) })));
  assert.equal(judge({ alg: "HS256", kid }), "wrong_algorithm");
  assert.equal(judge({ alg: "HS256", kid: "shared" }), "bad_signature");
  assert.equal(judge({ alg: "HS256" }), "bad_signature");
  assert.equal(judge({ alg: "RS256", kid: "shared" }), "wrong_algorithm");
});
