import { type Command, commonFlags } from "./command.ts";

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map((command) => ({ usage: usageOf(command), about: command.about }));
  const width = Math.max(...rows.map(({ usage }) => usage.length));
  const lines = rows.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`);
  return `Cardea: login, tokens and sessions.\n\nUsage: cardea COMMAND [OPTIONS]\n\n${lines.join("\n")}\n\nEach takes --json and --help. Exit code: 0 done, 1 failed, 2 not understood.\n`;
}

/** One command with its flags. */
export function commandHelp(command: Command): string {
  const flags = Object.entries({ ...command.flags, ...commonFlags }).map(([name, { type, about }]) => ({
    left: `--${name}${type === "string" ? " VALUE" : ""}`,
    about,
  }));
  const width = Math.max(...flags.map(({ left }) => left.length));
  const lines = flags.map(({ left, about }) => `  ${left.padEnd(width)}  ${about}`);
  return `${command.about}\n\nUsage: cardea ${usageOf(command)} [OPTIONS]\n\n${lines.join("\n")}\n`;
}

const usageOf = ({ name, words }: Command): string => [name, ...words].join(" ");
