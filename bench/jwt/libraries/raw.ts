import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac, sign, timingSafeEqual, verify } from "node:crypto";
import { flat, type Material } from "../material.ts";
import type { Payload } from "../payload.ts";
import { pss } from "../reference.ts";
import type { Library, Task } from "../task.ts";

/** node:crypto with everything around it done beforehand: a finished signing input, a token already taken apart. */
export const raw: Library = {
  name: "raw",
  kind: "yardstick",
  tasks: (material) => [signTask(material, ({ input }) => input), verifyTask(material)],
};

/** The same, and the payload's JSON written or read, which no library can do without. */
export const rawAndJson: Library = {
  name: "raw + JSON",
  kind: "yardstick",
  tasks: (material) => [
    signTask(
      material,
      ({ header, payload }) => `${header}${Buffer.from(JSON.stringify(payload)).toString("base64url")}`,
    ),
    verifyTask(material, (payload) => JSON.parse(Buffer.from(payload, "base64url").toString())),
  ],
};

type SignInput = { readonly input: string; readonly header: string; readonly payload: Payload };

function signTask(material: Material, inputOf: (parts: SignInput) => string): Task {
  const inputs = material.payloads.map((payload, at): SignInput => {
    const token = material.tokens[at] ?? "";
    return {
      payload,
      input: flat(token.slice(0, token.lastIndexOf("."))),
      header: token.slice(0, token.indexOf(".") + 1),
    };
  });
  const signer = rawSigner(material);
  const run = (parts: SignInput): string => signer(inputOf(parts));
  return {
    operation: "sign",
    inputs: () => inputs,
    run: run as Task["run"],
    prove: async () => {
      const check = rawVerifier(material);
      for (const parts of inputs.slice(0, 3)) {
        const signature = Buffer.from(run(parts), "base64url");
        assert.ok(check(parts.input, signature), "raw makes a signature that it does not verify");
      }
    },
  };
}

type VerifyInput = { readonly input: string; readonly payload: string; readonly signature: Buffer };

function verifyTask(material: Material, read?: (payload: string) => unknown): Task {
  const inputs = verifyInputs(material);
  const check = rawVerifier(material);
  const run = ({ input, payload, signature }: VerifyInput): unknown =>
    check(input, signature) && (read === undefined || read(payload) !== undefined);
  return {
    operation: "verify",
    inputs: () => inputs,
    run: run as Task["run"],
    prove: async () => {
      for (const one of inputs.slice(0, 3)) {
        assert.equal(run(one), true, "raw does not take a genuine signature");
        assert.equal(run({ ...one, input: `${one.input}A` }), false, "raw takes a forged signature");
      }
    },
  };
}

/** In raw's own form, which is DER for ES256: what OpenSSL speaks, and twice as fast as asking Node for another. */
function verifyInputs(material: Material): readonly VerifyInput[] {
  const signer = rawSigner(material);
  return material.tokens.map((token) => {
    const [header = "", payload = ""] = token.split(".");
    const input = flat(`${header}.${payload}`);
    return { input, payload: flat(payload), signature: Buffer.from(signer(input), "base64url") };
  });
}

/** Any key argument but a bare KeyObject costs time of its own; PSS cannot do without options. */
function rawSigner({ alg, signingKey: key }: Material): (input: string) => string {
  if (alg === "HS256") return (input) => createHmac("sha256", key).update(input).digest("base64url");
  if (alg === "EdDSA") return (input) => sign(null, Buffer.from(input, "latin1"), key).toString("base64url");
  const argument = alg === "PS256" ? { key, ...pss } : key;
  return (input) => sign("sha256", Buffer.from(input, "latin1"), argument).toString("base64url");
}

function rawVerifier({ alg, verificationKey: key }: Material): (input: string, signature: Buffer) => boolean {
  if (alg === "HS256") {
    return (input, signature) => timingSafeEqual(createHmac("sha256", key).update(input).digest(), signature);
  }
  if (alg === "EdDSA") return (input, signature) => verify(null, Buffer.from(input, "latin1"), key, signature);
  const argument = alg === "PS256" ? { key, ...pss } : key;
  return (input, signature) => verify("sha256", Buffer.from(input, "latin1"), argument, signature);
}
