import assert from "node:assert/strict";
import { flat, type Material } from "./material.ts";
import { newPayload, type Payload } from "./payload.ts";
import { compactJws, isGenuine } from "./reference.ts";
import type { Task } from "./task.ts";

/** Claims in, token out. */
export const signing = (material: Material, sign: (payload: Payload) => string | Promise<string>): Task => ({
  operation: "sign",
  inputs: () => material.payloads,
  run: sign as (input: unknown) => unknown,
  prove: async () => {
    for (const payload of material.payloads.slice(0, 3)) {
      assert.ok(isGenuine(await sign(payload), payload, material), "signs a token that node:crypto does not verify");
    }
  },
});

/** Token in, result out, of which `claims` tells the claims: undefined (or an exception) is a refusal. */
export type Verification<Result> = {
  readonly verify: (token: string) => Result | Promise<Result>;
  readonly claims: (result: Result) => unknown;
};

/** Verifies ever other tokens. */
export const verifying = <Result>(material: Material, verification: Verification<Result>): Task => ({
  operation: "verify",
  inputs: () => material.tokens,
  run: verification.verify as (input: unknown) => unknown,
  prove: () => proveVerification(material, verification),
});

/** How many tokens are known; a cache of two generations holds twice as many before it forgets one. */
const knownTokens = 256;

/** Verifies known tokens, each as a string that the verifier has not met: a request never brings the same object. */
export const repeating = <Result>(material: Material, verification: Verification<Result>): Task => ({
  operation: "repeat",
  inputs: () => material.tokens.slice(0, knownTokens).map(flat),
  run: verification.verify as (input: unknown) => unknown,
  prove: async () => {
    await proveVerification(material, verification);
    for (const token of material.tokens.slice(0, knownTokens)) await verification.verify(token);
    await proveVerification(material, verification);
  },
});

async function proveVerification<Result>(material: Material, verification: Verification<Result>): Promise<void> {
  const { tokens, payloads } = material;
  for (const [at, token] of tokens.slice(0, 3).entries()) {
    assert.deepEqual(await accepted(token, verification), payloads[at], "does not take a genuine token");
    assert.equal(await accepted(forged(token), verification), undefined, "takes a forged token");
  }
  for (const [why, token] of Object.entries(unfit(material))) {
    assert.equal(await accepted(token, verification), undefined, `takes a token with ${why}`);
  }
}

async function accepted<Result>(token: string, { verify, claims }: Verification<Result>): Promise<unknown> {
  try {
    return claims(await verify(token));
  } catch {
    return undefined;
  }
}

/** The same token with one character in the middle of the signature changed. */
function forged(token: string): string {
  const at = Math.floor((token.lastIndexOf(".") + token.length) / 2);
  return `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
}

/** Well signed, but to be refused: the checks are part of what is measured. */
function unfit(material: Material): Readonly<Record<string, string>> {
  const payload = newPayload(Date.now() - 10 * 86_400_000);
  const exp = material.payloads[0]?.exp ?? 0;
  return {
    "an expiry in the past": compactJws(payload, material),
    "another issuer": compactJws({ ...payload, exp, iss: "https://evil.example.com" }, material),
    "another audience": compactJws({ ...payload, exp, aud: "https://other.example.com" }, material),
  };
}
