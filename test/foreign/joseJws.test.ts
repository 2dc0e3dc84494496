import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type AlgorithmName, exportPublicJwk, exportSecretJwk, keySet } from "@cardea/jwt";
import {
  type FlattenedJws,
  type GeneralJws,
  signCompact,
  signFlattened,
  signGeneral,
  verifyCompact,
  verifyFlattened,
  verifyGeneral,
} from "@cardea/jwt/jws";
import { joseOutput, runJose } from "./joseCommand.ts";
import { makeKeys, type OwnKeys } from "./keys.ts";
import { joseCommand, whereInstalled } from "./programs.ts";
import { withBitFlipped, withMember } from "./tamper.ts";

const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const badSignature = "Signature validation failed!";

describe("any bytes, with the jose command", () => whereInstalled(joseCommand, exchangeJws));

function exchangeJws(): void {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "jose-"));
    file = join(folder, "payload");
    await writeFile(file, payload);
  });
  after(() => rm(folder, { recursive: true }));

  for (const alg of ["HS256", "RS384", "PS512", "ES256", "ES384", "ES512"] as const) {
    test(`${alg}: it takes our flattened JWS, and refuses it as soon as a bit is changed`, async () => {
      const keys = makeKeys(alg);
      const unprotectedHeader = { note: "nobody signs this" };
      const jws = signFlattened(payload, { key: keys.signingKey, header: { cty: "bytes" }, unprotectedHeader });
      assert.deepEqual(await joseVerifies(jws, [keys]), payload);
      for (const changed of changedForms(jws)) assert.equal(await joseVerifies(changed, [keys]), badSignature);
    });

    test(`${alg}: we take its flattened JWS, and refuse it as soon as a bit is changed`, async () => {
      const { signingKey, verificationKey } = makeKeys(alg);
      const signature = { protected: { cty: "bytes", alg }, header: { kid: signingKey.kid } };
      const jws = await joseSigns([signature], [{ signingKey, verificationKey }], file);
      const result = verifyFlattened(jws, { keys: verificationKey });
      assert.ok(result.ok, JSON.stringify(result));
      assert.deepEqual(result.payload, payload);
      assert.deepEqual([result.protectedHeader, result.unprotectedHeader], [signature.protected, signature.header]);
      for (const changed of changedForms(JSON.parse(jws))) {
        assert.equal(codeOf(verifyFlattened(changed, { keys: verificationKey })), "bad_signature");
      }
    });
  }

  const signers = (["ES256", "PS384", "HS512"] as const satisfies AlgorithmName[]).map(makeKeys);

  test("it takes all three signatures of our general JWS, and misses the one that is changed", async () => {
    const jws = signGeneral(payload, { signers: signers.map(({ signingKey }) => ({ key: signingKey })) });
    assert.deepEqual(await joseVerifies(jws, signers, ["-a"]), payload);
    for (const signer of signers) assert.deepEqual(await joseVerifies(jws, [signer]), payload);

    for (const [index, signer] of signers.entries()) {
      const changed = withChangedSignature(jws, index);
      assert.equal(await joseVerifies(changed, signers, ["-a"]), badSignature);
      assert.equal(await joseVerifies(changed, [signer]), badSignature);
      assert.deepEqual(await joseVerifies(changed, signers), payload);
    }
  });

  test("we take all three signatures of its general JWS, and miss the one that is changed", async () => {
    const templates = signers.map(({ signingKey: { alg, kid } }) => ({ protected: { alg, kid } }));
    const jws = await joseSigns(templates, signers, file);
    const keys = keySet(signers.map(({ verificationKey }) => verificationKey));
    const result = verifyGeneral(jws, { keys, accept: "all" });
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.payload, payload);
    assert.deepEqual(result.signatures.map(codeOf), ["accepted", "accepted", "accepted"]);

    for (const index of signers.keys()) {
      const changed = withChangedSignature(JSON.parse(jws), index);
      assert.equal(codeOf(verifyGeneral(changed, { keys, accept: "all" })), "bad_signature");
      const { ok, signatures } = verifyGeneral(changed, { keys, accept: "any" });
      const expected = signers.map((_, at) => (at === index ? "bad_signature" : "accepted"));
      assert.deepEqual([ok, ...signatures.map(codeOf)], [true, ...expected]);
    }
  });

  test("both take the other's detached JWS, compact and flattened, with its payload and with no other", async () => {
    const other = join(folder, "other");
    await writeFile(other, payload.toReversed());
    const own = makeKeys("ES256");
    const key = own.signingKey;
    for (const jws of [
      signCompact(payload, { key, detached: true }),
      signFlattened(payload, { key, detached: true }),
    ]) {
      assert.deepEqual(await joseJudges(jws, [own], ["-I", file]), Buffer.of());
      assert.equal(await joseJudges(jws, [own], ["-I", other]), badSignature);
    }

    const { verificationKey: keys } = own;
    const sign = (...args: string[]) =>
      joseOutput(["jws", "sig", "-I", file, "-k", "-", "-O", "/dev/null", ...args], jwks([own]));
    const [compact, flattened] = await Promise.all([sign("-c"), sign()]);
    assert.equal(codeOf(verifyCompact(compact, { keys, payload })), "accepted");
    assert.equal(codeOf(verifyCompact(compact, { keys, payload: payload.toReversed() })), "bad_signature");
    assert.equal(codeOf(verifyFlattened(flattened, { keys, payload })), "accepted");
    assert.equal(codeOf(verifyFlattened(flattened, { keys, payload: payload.toReversed() })), "bad_signature");
  });
}

/** The payload as a file: where jose 11 is given it in a template, it writes the member twice. */
function joseSigns(signatures: readonly object[], keys: readonly OwnKeys[], file: string): Promise<string> {
  const templates = signatures.flatMap((signature) => ["-s", JSON.stringify(signature)]);
  return joseOutput(["jws", "sig", "-I", file, ...templates, "-k", "-"], jwks(keys));
}

/** The payload that the command lets pass, or its complaint without what it says of each key. */
async function joseVerifies(jws: FlattenedJws | GeneralJws, keys: readonly OwnKeys[], args: readonly string[] = []) {
  const verdict = await joseJudges(jws, keys, [...args, "-O", "-"]);
  return verdict instanceof Buffer ? Uint8Array.from(verdict) : verdict;
}

/** What the command prints if it accepts the JWS, or the last line of its complaint. */
async function joseJudges(jws: object | string, keys: readonly OwnKeys[], args: readonly string[]) {
  const written = typeof jws === "string" ? jws : JSON.stringify(jws);
  const call = ["jws", "ver", "-i", written, "-k", "-", ...args];
  const { code, output, complaint } = await runJose(call, jwks(keys, "verify"));
  return code === 0 ? output : complaint.trim().split("\n").at(-1);
}

/** A JWK Set of our keys, with the secret halves to sign. */
function jwks(all: readonly OwnKeys[], purpose: "sign" | "verify" = "sign"): string {
  const keys = all.map(({ signingKey, verificationKey }) =>
    purpose === "verify" && verificationKey.kind === "public"
      ? exportPublicJwk(verificationKey)
      : exportSecretJwk(signingKey),
  );
  return JSON.stringify({ keys });
}

/** One thing changed under the old signature, or one bit of the signature. */
function changedForms(jws: FlattenedJws): readonly FlattenedJws[] {
  const { payload: content = "", protected: header = "", signature } = jws;
  return [
    { ...jws, payload: withBitFlipped(content, 0, 0x01) },
    { ...jws, protected: withMember(header, { cty: "text" }) },
    { ...jws, signature: withBitFlipped(signature, -1, 0x01) },
  ];
}

function withChangedSignature(jws: GeneralJws, index: number): GeneralJws {
  const signatures = jws.signatures.map((entry, at) =>
    at === index ? { ...entry, signature: withBitFlipped(entry.signature, 3, 0x10) } : entry,
  );
  return { ...jws, signatures };
}

type Result = { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: string } };

const codeOf = (result: Result): string => (result.ok ? "accepted" : result.refusal.code);
