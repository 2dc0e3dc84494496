import { randomBytes } from "node:crypto";
import { secretId } from "../keys/seal.ts";
import type { Command } from "./command.ts";
import { print } from "./output.ts";

/** `secrets generate`: 32 random bytes, for `CARDEA_SECRET` or `CARDEA_KEYS_SECRET`. With `--json` also the name by which sealed texts know it. */
export const secretsGenerate: Command = {
  name: "secrets generate",
  about: "Prints a fresh secret: 32 random bytes as base64url",
  words: [],
  flags: {},
  run: async (given) => {
    const bytes = randomBytes(32);
    const secret = bytes.toString("base64url");
    print(given.is("json"), { secret, id: secretId(bytes) }, () => secret);
    return 0;
  },
};
