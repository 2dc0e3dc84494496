import type { Fault } from "../fault.ts";

/** What is remembered between tokens: verified ones, and the header of the last. */
export const cacheFaults: readonly Fault[] = [
  {
    rule: "the dates of a remembered token are asked again",
    file: "verify/tokenCache.ts",
    text: "isTimely(entry, now) && ",
    replacement: "",
    caughtBy: "tokenCache",
  },
  {
    rule: "iat of a remembered token is asked again",
    file: "verify/tokenCache.ts",
    text: "Math.max(claims.nbf ?? 0, claims.iat ?? 0)",
    replacement: "claims.nbf ?? 0",
    caughtBy: "tokenCache",
  },
  {
    rule: "a remembered token ends at its exp",
    file: "verify/tokenCache.ts",
    text: "now < until + tolerance",
    replacement: "now <= until + tolerance",
    caughtBy: "tokenCache",
  },
  {
    rule: "a remembered token gets the policy's tolerance",
    file: "verify/tokenCache.ts",
    text: "now < until + tolerance",
    replacement: "now < until",
    caughtBy: "tokenCache",
  },
  {
    rule: "the key of a remembered token is asked for again",
    file: "verify/tokenCache.ts",
    text: "hasCurrentKey(entry) ? answer(entry)",
    replacement: "true ? answer(entry)",
    caughtBy: "tokenCache",
  },
  {
    rule: "another key under the same kid is not taken for it",
    file: "verify/tokenCache.ts",
    text: ".includes(key);",
    replacement: ".length > 0;",
    caughtBy: "tokenCache",
  },
  {
    rule: "revocation of a remembered token is asked again",
    file: "verify/tokenCache.ts",
    text: "const code = isRevoked && judgeRevocation(isRevoked, result);",
    replacement: "const code = undefined;",
    caughtBy: "revocation",
  },
  {
    rule: "a young remembered token is compared as a whole (CVE-2026-35039)",
    file: "verify/tokenCache.ts",
    text: "return younger.token === token ? younger : undefined;",
    replacement: "return younger;",
    caughtBy: "tokenCacheAttacks",
  },
  {
    rule: "an old remembered token is compared as a whole (CVE-2026-35039)",
    file: "verify/tokenCache.ts",
    text: "if (elder?.token !== token) return undefined;",
    replacement: "if (elder === undefined) return undefined;",
    caughtBy: "tokenCacheAttacks",
  },
  {
    rule: "the memory is bounded",
    file: "verify/tokenCache.ts",
    text: "if (young.size >= Math.floor(size / 2)) {",
    replacement: "if (false) {",
    caughtBy: "tokenCacheAttacks",
  },
  {
    rule: "the memory holds no more than its size",
    file: "verify/tokenCache.ts",
    text: "Math.floor(size / 2)",
    replacement: "Math.floor(size / 2) + 1",
    caughtBy: "tokenCacheAttacks",
  },
  {
    rule: "a token that keeps coming is kept",
    file: "verify/tokenCache.ts",
    text: `    old.delete(key);
    add(elder);`,
    replacement: "",
    caughtBy: "tokenCacheAttacks",
  },
  {
    rule: "the answer that all share is frozen",
    file: "verify/tokenCache.ts",
    text: "Object.freeze(result)",
    replacement: "result",
    caughtBy: "tokenCache",
  },
  {
    rule: "without cacheSize nothing is remembered",
    file: "verify/createVerifier.ts",
    text: "cacheSize = 0 }",
    replacement: "cacheSize = 100 }",
    caughtBy: "tokenCache",
  },
  {
    rule: "refusals are never remembered",
    file: "verify/tokenVerifier.ts",
    text: `    const code = runner.run(attempt);
    if (code !== undefined) return refused(code);
    const result`,
    replacement: `    const past: Map<string, RefusalCode> = (Reflect.get(tokenVerifier, "past") ?? new Map());
    Reflect.set(tokenVerifier, "past", past);
    const code = past.get(token) ?? runner.run(attempt);
    if (code !== undefined) {
      past.set(token, code);
      return refused(code);
    }
    const result`,
    caughtBy: "tokenCacheAttacks",
  },
  {
    rule: "a known header is compared as a whole",
    file: "verify/runner.ts",
    text: "token.slice(0, known.prefix.length) === known.prefix",
    replacement: "token.slice(0, 20) === known.prefix.slice(0, 20)",
    caughtBy: "headerCache",
  },
  {
    rule: "a header is known with its dot",
    file: "verify/runner.ts",
    text: 'token.slice(0, headerEnd + 1), "latin1"',
    replacement: 'token.slice(0, headerEnd), "latin1"',
    caughtBy: "headerCache",
  },
  {
    rule: "the header of a refused token is not remembered",
    file: "verify/runner.ts",
    text: "if (!isKnown && code === undefined) known",
    replacement: "if (!isKnown) known",
    caughtBy: "headerCache",
  },
  {
    rule: "with a known header every other check runs",
    file: "verify/runner.ts",
    text: "checks.filter(({ isOfHeader }) => !isOfHeader)",
    replacement: 'checks.filter(({ isOfHeader, step }) => !isOfHeader && step !== "expiry")',
    caughtBy: "headerCache",
  },
];
