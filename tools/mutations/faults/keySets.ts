import type { Fault } from "../fault.ts";

/** Which keys are tried. */
export const keySetFaults: readonly Fault[] = [
  {
    rule: "a kid never finds a key of another algorithm",
    file: "keys/keySet.ts",
    text: "named[0]?.alg === alg ? named : none",
    replacement: "named",
    caughtBy: "keySets",
  },
  {
    rule: "two keys of one kid are refused",
    file: "keys/keySet.ts",
    text: "if (byKid.has(key.kid)) throw",
    replacement: "if (false) throw",
    caughtBy: "keySets",
  },
  {
    rule: "a set holds keys to verify with",
    file: "keys/keySet.ts",
    text: "if (!Key.isVerificationKey(key)) throw",
    replacement: "if (false) throw",
    caughtBy: "keySets",
  },
  {
    rule: "a set is frozen",
    file: "keys/keySet.ts",
    text: "Object.freeze([...keys])",
    replacement: "keys",
    caughtBy: "keySets",
  },
  {
    rule: "a JWK set has at most 100 keys",
    file: "keys/keySetFromJwks.ts",
    text: "members.length > 100",
    replacement: "members.length > 101",
    caughtBy: "keySets",
  },
  {
    rule: "a JWK set holds no secret",
    file: "keys/keySetFromJwks.ts",
    text: "if (hasPrivateMembers(jwk))",
    replacement: "if (false)",
    caughtBy: "keySets",
  },
  {
    rule: "a JWK set's keys for encryption are skipped",
    file: "keys/keySetFromJwks.ts",
    text: 'allows(jwk, "verify") ? algorithmOf(jwk, allowed) : undefined',
    replacement: "algorithmOf(jwk, allowed)",
    caughtBy: "keySets",
  },
  {
    rule: "ES256K is never taken by default (RFC 8812)",
    file: "keys/keySetFromJwks.ts",
    text: "!algorithms[name].isOptIn && ",
    replacement: "",
    caughtBy: "es256k",
  },
  {
    rule: "ES256K is never imported by default",
    file: "keys/importSecretJwk.ts",
    text: "if (isKeyPairName(alg) && algorithms[alg].isOptIn) {",
    replacement: "if (false) {",
    caughtBy: "es256k",
  },
  {
    rule: "an RSA key without alg has none",
    file: "keys/keySetFromJwks.ts",
    text: "(isExplicit && second === undefined)",
    replacement: "true",
    caughtBy: "keySets",
  },
  {
    rule: "allow narrows the set",
    file: "keys/keySetFromJwks.ts",
    text: "(allow ?? defaultNames())",
    replacement: "defaultNames()",
    caughtBy: "keySets",
  },
  {
    rule: "a list or bytes are no key source",
    file: "keys/keySource.ts",
    text: `  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
`,
    replacement: "",
    caughtBy: "keySets",
  },
];
