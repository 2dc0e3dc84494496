import { writeFileSync } from "node:fs";
import type { Command } from "./command.ts";
import { print } from "./output.ts";

const file = "cardea.config.ts";

/** `init`: a configuration file to start from; an existing one is left alone. */
export const init: Command = {
  name: "init",
  about: `Writes ${file} to start from`,
  words: [],
  flags: {},
  run: async (given) => {
    try {
      writeFileSync(file, template, { flag: "wx" });
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST")
        throw new Error(`${file} is already here; it was left as it is.`);
      throw error;
    }
    print(given.is("json"), { file }, () => `Wrote ${file}. Next: cardea serve`);
    return 0;
  },
};

const template = `import { defineConfig } from "cardea";

// Some settings with their defaults. All of them, and what they are now: cardea config print
export default defineConfig({
  port: 4000,
  mode: "hybrid", // "stateless" | "stateful" | "hybrid"
  keys: { alg: "ES256" }, // HS256, RS256, PS256, ES256, EdDSA, and their larger sisters
  access: { ttl: "5m", audience: ["app"] },
  session: { idle: "14d", absolute: "90d" },
  passwords: { contextWords: [] }, // yours to fill in: names of product and organisation, of which no password may be made
});
`;
