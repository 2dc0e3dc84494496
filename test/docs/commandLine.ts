import { join } from "node:path";
import type { Document } from "./markdown.ts";
import { inlineCode } from "./markdown.ts";
import { type Outcome, runNode } from "./runCommand.ts";

/** A command as `cardea` itself describes it. A flag's value says whether it takes a word. */
export type CommandFace = {
  readonly name: string;
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, { readonly takesValue: boolean; readonly about: string }>;
};

/** Runs `cardea` from its source, in a folder and an environment that are the test's own. */
export const cardea = (
  words: readonly string[],
  { root, cwd, env }: { root: string; cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> => runNode([join(root, "packages/server/bin/cardea.js"), ...words], { cwd, env: { ...env } });

/** Asks `cardea --help` for every command and each of those for its words and flags. */
export async function readCommands(root: string, cwd: string): Promise<readonly CommandFace[]> {
  const { stdout } = await cardea(["--help"], { root, cwd });
  const usages = [...stdout.matchAll(/^ {2}((?:\S+ )*\S+) {2,}\S/gm)].map(([, usage = ""]) => usage.split(" "));
  return Promise.all(
    usages.map(async (usage) => {
      const nameLength = usage.filter((word) => /^[a-z]/.test(word)).length;
      const name = usage.slice(0, nameLength).join(" ");
      const help = await cardea([...name.split(" "), "--help"], { root, cwd });
      return { name, words: usage.slice(nameLength), flags: flagsIn(help.stdout) };
    }),
  );
}

const flagsIn = (help: string): CommandFace["flags"] =>
  new Map(
    [...help.matchAll(/^ {2}--(\S+)( VALUE)? +(.+)$/gm)].map(([, flag = "", value, about = ""]) => [
      flag,
      { takesValue: value !== undefined, about },
    ]),
  );

/** Every `cardea …` (and `npm start -- …`, which is `cardea serve …`) of a document, in shell blocks and between backticks. */
export function commandLinesOf(document: Document): readonly string[] {
  const shell = document.blocks
    .filter(({ info }) => info === "sh")
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, " ").split("\n"));
  return [...shell, ...inlineCode(document)].flatMap((line) =>
    [...line.replace(/npm start --(?= )/, "cardea serve").matchAll(/(?<![\w./-])cardea( [^|&;)>#]+)/g)].map(
      ([, words = ""]) => `cardea ${words.trim()}`,
    ),
  );
}

/** What is wrong with a command line, or undefined when `cardea` would understand it. */
export function faultIn(line: string, commands: readonly CommandFace[]): string | undefined {
  const words = line.split(/\s+/).slice(1);
  if (words.length === 1 && words[0] === "--help") return undefined;
  const command = commands.find(({ name }) => name.split(" ").every((word, index) => words[index] === word));
  if (!command) return "no such command";
  const given: string[] = [];
  const rest = words.slice(command.name.split(" ").length);
  for (let at = 0; at < rest.length; at++) {
    const [word = "", flag] = /^--([^=]+)/.exec(rest[at] ?? "") ?? [rest[at]];
    const known = flag === undefined ? undefined : command.flags.get(flag);
    if (flag === undefined) given.push(word);
    else if (known === undefined) return `no such flag --${flag}`;
    else if (known.takesValue && !rest[at]?.includes("=")) at++;
  }
  const needed = command.words.filter((word) => !word.startsWith("[")).length;
  return given.length < needed || given.length > command.words.length ? `wrong number of words` : undefined;
}
