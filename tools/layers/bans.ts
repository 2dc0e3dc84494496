import { matchesGlob } from "node:path";
import { fetchCall, newDate, nonNull, phrase, sql, typeAny, word } from "./phrases.ts";
import { codeOf, isPackageSource, isTypeScript, type SourceFile, type Token, type Violation } from "./source.ts";

/** One thing that is written only where `allowedIn` says. */
type Ban = {
  readonly ban: string;
  readonly scope: (file: SourceFile) => boolean;
  readonly allowedIn: readonly string[];
  readonly finds: (code: readonly Token[], at: number) => boolean;
};

const theWorld = [
  "packages/*/src/world.ts",
  "packages/jwt/src/clock.ts",
  "packages/jwt/src/{,**/}generateKey*.ts",
  "packages/server/src/cli/**",
];
const theEdge = [
  "packages/server/src/{http,pages,playground}/**",
  "packages/server/src/app.ts",
  "packages/server/src/testing/**",
  "packages/verifier/src/guards/**",
];
const terminal = ["packages/server/src/cli/**"];
const store = ["packages/server/src/store/**"];

const shipped = isPackageSource;
const everywhere = isTypeScript;

/** Time, randomness and the network come from the World argument; text and types keep the house rules. */
export const bans: readonly Ban[] = [
  { ban: "Date.now", scope: shipped, allowedIn: theWorld, finds: phrase("Date", ".", "now") },
  { ban: "new Date()", scope: shipped, allowedIn: theWorld, finds: newDate },
  { ban: "performance.now", scope: shipped, allowedIn: theWorld, finds: phrase("performance", ".", "now") },
  { ban: "process.hrtime", scope: shipped, allowedIn: theWorld, finds: phrase("process", ".", "hrtime") },
  {
    ban: "random bytes",
    scope: shipped,
    allowedIn: theWorld,
    finds: word(/^(?:randomBytes|randomUUID|randomInt|randomFill(?:Sync)?|getRandomValues)$/),
  },
  { ban: "global fetch", scope: shipped, allowedIn: theWorld, finds: fetchCall },
  { ban: "Math.random", scope: everywhere, allowedIn: [], finds: phrase("Math", ".", "random") },

  { ban: "console", scope: shipped, allowedIn: terminal, finds: phrase("console", ".") },
  { ban: "SQL", scope: shipped, allowedIn: store, finds: sql },
  { ban: "new Response", scope: shipped, allowedIn: theEdge, finds: phrase("new", "Response", "(") },
  { ban: "Response.json", scope: shipped, allowedIn: theEdge, finds: phrase("Response", ".", "json") },
  { ban: "new Request", scope: shipped, allowedIn: theEdge, finds: phrase("new", "Request", "(") },

  { ban: "the type any", scope: everywhere, allowedIn: [], finds: typeAny },
  { ban: "non-null !", scope: everywhere, allowedIn: [], finds: nonNull },
  { ban: "export default", scope: everywhere, allowedIn: [], finds: phrase("export", "default") },
  { ban: "enum", scope: everywhere, allowedIn: [], finds: phrase("enum", /^\w+$/, "{") },
  { ban: "namespace", scope: everywhere, allowedIn: [], finds: phrase("namespace", /^\w+$/, "{") },
];

/** Each ban of the table, in each file of its scope. */
export const keepBans = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter(isTypeScript).flatMap((file) => {
    const code = codeOf(file);
    return bans.filter(({ scope }) => scope(file)).flatMap((ban) => offences(file, code, ban));
  });

function offences({ path }: SourceFile, code: readonly Token[], { ban, allowedIn, finds }: Ban): readonly Violation[] {
  const lines = code.filter((_, at) => finds(code, at)).map(({ line }) => line);
  if (lines.length === 0 || allowedIn.some((glob) => matchesGlob(path, glob))) return [];
  const place = allowedIn.length === 0 ? "nowhere" : `only in ${allowedIn.join(", ")}`;
  return lines.map((line) => ({ path, line, message: `${ban} is allowed ${place}` }));
}
