import { unchecked } from "@cardea/jwt";
import { freshly } from "./freshly.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { createOwnJudge, grantSigned, judgeSigned } from "./signedTokens.ts";

/** JWTs, and nothing is looked up: an access token is valid until it expires, also after its session ended. */
export function statelessMode(parts: ModeParts): SessionMode {
  const { keys, profile, world } = parts;
  const judge = createOwnJudge(parts, unchecked);
  return {
    name: "stateless",
    grant: grantSigned({ keys, profile, world }),
    check: async (token, { fresh = false } = {}) => {
      const verdict = await judgeSigned(token, { judge, keys });
      return fresh ? freshly(verdict, parts) : verdict;
    },
  };
}
