import { parseArgs } from "node:util";
import { suggestion } from "../didYouMean.ts";

/** A flag of the command line. `about` ends up in the help. */
export type Flag = { readonly type: "string" | "boolean"; readonly multiple?: boolean; readonly about: string };

/** What a command is given: positional words, and flags by name. */
export type Arguments = {
  readonly words: readonly string[];
  readonly text: (flag: string) => string | undefined;
  readonly texts: (flag: string) => readonly string[];
  readonly is: (flag: string) => boolean;
};

/** One command: its name as typed, what it does, its words and flags, and the work. The number is the exit code. */
export type Command = {
  readonly name: string;
  readonly about: string;
  /** Words after the name, for the help: `EMAIL`, `[TOKEN|-]`. Their number is checked. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  readonly run: (given: Arguments) => Promise<number>;
};

/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {
  readonly code = "usage";
  override readonly name = "UsageError";
}

/** Flags that every command takes. */
export const commonFlags: Readonly<Record<string, Flag>> = {
  json: { type: "boolean", about: "answer in JSON" },
  help: { type: "boolean", about: "show this help" },
};

/** Reads a command's arguments. Throws `UsageError`; an unknown flag gets the nearest known one. */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const flags = { ...command.flags, ...commonFlags };
  const { values, positionals } = parse(command, argv, flags);
  if (values.help !== true) checkWords(command, positionals);
  return {
    words: positionals,
    text: (flag) => asTexts(values[flag]).at(-1),
    texts: (flag) => asTexts(values[flag]),
    is: (flag) => values[flag] === true,
  };
}

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

function parse(
  command: Command,
  argv: readonly string[],
  flags: Readonly<Record<string, Flag>>,
): { values: Values; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  const unknown = argv
    .slice(0, endOfFlags(argv))
    .map(flagName)
    .find((name) => name !== undefined && !Object.hasOwn(flags, name));
  if (unknown !== undefined) {
    throw new UsageError(
      `cardea ${command.name}: there is no option --${unknown}.${suggestion(
        `--${unknown}`,
        Object.keys(flags).map((name) => `--${name}`),
      )}`,
    );
  }
  const dashed = argv.slice(0, endOfFlags(argv)).filter((word) => command.words.length > 0 && isDashedWord(word));
  const args = argv.filter((word) => !dashed.includes(word));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return { values, positionals: [...dashed, ...positionals] };
  } catch (error) {
    throw new UsageError(
      `cardea ${command.name}: ${error instanceof Error ? error.message : "cannot read the arguments"}`,
    );
  }
}

const endOfFlags = (argv: readonly string[]): number => (argv.includes("--") ? argv.indexOf("--") : argv.length);

/** There are no flags of one letter, so this is a word: one key identifier in 64 begins with a hyphen. */
const isDashedWord = (word: string): boolean => /^-[^-]../.test(word);

const flagName = (word: string): string | undefined =>
  word.startsWith("--") ? word.slice(2).split("=", 1)[0] : undefined;

function checkWords({ name, words }: Command, given: readonly string[]): void {
  const needed = words.filter((word) => !word.startsWith("[")).length;
  if (given.length >= needed && given.length <= words.length) return;
  throw new UsageError(
    `cardea ${name} takes ${words.length === 0 ? "no words" : words.join(" ")}, but got ${given.length}. See: cardea ${name} --help`,
  );
}

function asTexts(value: Values[string]): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === "string");
}
