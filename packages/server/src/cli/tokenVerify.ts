import type { Command } from "./command.ts";
import { print } from "./output.ts";
import { readToken } from "./readToken.ts";
import { settingFlags } from "./settings.ts";
import { withAuth } from "./withAuth.ts";

/** `token verify`: would this issuer accept the token now? Exit code 1 when not. */
export const tokenVerify: Command = {
  name: "token verify",
  about: "Says whether the configured issuer accepts a token, and why not (- reads standard input)",
  words: ["TOKEN|-"],
  flags: settingFlags,
  run: async (given) => {
    const token = await readToken(given.words[0]);
    const verdict = await withAuth(given, (auth) => auth.verify(token));
    print(given.is("json"), verdict, () =>
      verdict.ok
        ? `Accepted (decided by ${verdict.checked}).\n${JSON.stringify(verdict.claims, undefined, 2)}`
        : `Refused: ${verdict.refusal.code}. ${verdict.refusal.message}`,
    );
    return verdict.ok ? 0 : 1;
  },
};
