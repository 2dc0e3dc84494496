import type { Fault } from "../fault.ts";

/** What is signed. */
export const signingFaults: readonly Fault[] = [
  {
    rule: "claims that no verifier would take are not signed",
    file: "sign/checkClaims.ts",
    text: "const registered = registeredClaims(claims);",
    replacement: "const registered = registeredClaims(claims) ?? {};",
    caughtBy: "sign",
  },
  {
    rule: "claims with a toJSON are not signed",
    file: "sign/checkClaims.ts",
    text: 'if (typeof claims.toJSON === "function")',
    replacement: "if (false)",
    caughtBy: "sign",
  },
  {
    rule: "claims are an object",
    file: "sign/checkClaims.ts",
    text: "if (!isJsonObject(claims))",
    replacement: "if (false)",
    caughtBy: "sign",
  },
  {
    rule: "alg is not given by hand",
    file: "sign/headerSegment.ts",
    text: `  "alg",
`,
    replacement: "",
    caughtBy: "sign",
  },
  {
    rule: "b64 is not given by hand",
    file: "sign/headerSegment.ts",
    text: `  "b64",
`,
    replacement: "",
    caughtBy: "sign",
  },
  {
    rule: "typ is a media type",
    file: "sign/headerSegment.ts",
    text: " || mediaType(typ) === undefined",
    replacement: "",
    caughtBy: "sign",
  },
  {
    rule: "crit names members of the header",
    file: "sign/headerSegment.ts",
    text: " && names.every((name) => Object.hasOwn(written, name))",
    replacement: "",
    caughtBy: "critical",
  },
  {
    rule: "crit is never written empty",
    file: "sign/headerSegment.ts",
    text: "names.length > 0 && ",
    replacement: "",
    caughtBy: "critical",
  },
  {
    rule: "the kid of the key is in the header",
    file: "sign/headerSegment.ts",
    text: "{ alg, typ, kid, ...header",
    replacement: "{ alg, typ, ...header",
    caughtBy: "sign",
  },
  {
    rule: "what is no key does not sign",
    file: "sign/createSigner.ts",
    text: "if (!Key.isSigningKey(key))",
    replacement: "if (false)",
    caughtBy: "asyncSigner",
  },
  {
    rule: "an asynchronous signature is made in the thread pool",
    file: "algorithms/signInPool.ts",
    text: 'sign(hash, Buffer.from(input, "latin1"), key, (error, signature) => (error ? reject(error) : resolve(signature)));',
    replacement: `try {
      resolve(sign(hash, Buffer.from(input, "latin1"), key));
    } catch (error) {
      reject(error);
    }`,
    caughtBy: "asyncSigner",
  },
  {
    rule: "claims are read before an asynchronous signer returns",
    file: "sign/createAsyncSigner.ts",
    text: "    const body = payloadSegment(claims);",
    replacement: `    await undefined;
    const body = payloadSegment(claims);`,
    caughtBy: "asyncSigner",
  },
];
