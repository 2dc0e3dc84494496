import { type Command, UsageError } from "./command.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { withAuth } from "./withAuth.ts";

/** `keys list`: facts about keys, never a secret part. */
export const keysList: Command = {
  name: "keys list",
  about: "Lists signing keys",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const found = await withAuth(given, async (auth) => auth.keys.inventory());
    const keys = found.map(({ kid, alg, use, public: published, createdAt }) => ({
      kid,
      alg,
      use,
      public: published,
      created_at: createdAt === undefined ? null : new Date(createdAt).toISOString(),
    }));
    const rows = found.map((key) => [
      key.kid,
      key.alg,
      key.use,
      key.public ? "in the JWKS" : "secret",
      key.createdAt === undefined ? "" : humanTime(key.createdAt),
    ]);
    print(given.is("json"), { keys }, () => table(["KID", "ALG", "USE", "PUBLISHED", "CREATED"], rows, "No keys."));
    return 0;
  },
};

/** `keys export`: the secret of an HMAC key, for a service that must verify with it. */
export const keysExport: Command = {
  name: "keys export",
  about: "Prints a key as a JWK; --secret is needed, since it prints the secret part",
  words: ["KID"],
  flags: { ...settingFlags, secret: { type: "boolean", about: "yes, print the secret part" } },
  run: async (given) => {
    if (!given.is("secret"))
      throw new UsageError(
        "keys export prints a secret. Say so: cardea keys export KID --secret (public keys are in the JWKS)",
      );
    const [kid = ""] = given.words;
    const jwk = await withAuth(given, async (auth) => auth.keys.secretJwk(kid));
    if (!jwk) throw new Error(`There is no key ${kid}. See: cardea keys list`);
    print(true, jwk, () => "");
    return 0;
  },
};
