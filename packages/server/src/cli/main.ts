import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { configPrint } from "./configPrint.ts";
import { commandHelp, overview } from "./help.ts";
import { init } from "./init.ts";
import { keysExport, keysList } from "./keys.ts";
import { printError } from "./output.ts";
import { serve } from "./serve.ts";
import { servicesCreate, servicesList } from "./services.ts";
import { tokenInspect } from "./tokenInspect.ts";
import { tokenVerify } from "./tokenVerify.ts";
import { usersCreate, usersList } from "./users.ts";

/** Every command; a new one is a new row. */
export const commands: readonly Command[] = [
  serve,
  init,
  configPrint,
  usersCreate,
  usersList,
  servicesCreate,
  servicesList,
  keysList,
  keysExport,
  tokenInspect,
  tokenVerify,
];

/** Runs a command line. Answers the exit code: 0 done, 1 failed, 2 not understood. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    printError(
      error instanceof UsageError || error instanceof ConfigurationError
        ? error.message
        : `cardea: ${messageOf(error)}`,
    );
    return error instanceof UsageError ? 2 : 1;
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const command = commands.find(({ name }) => name.split(" ").every((word, index) => argv[index] === word));
  if (!command) return withoutCommand(argv);
  const given = readArguments(command, argv.slice(command.name.split(" ").length));
  if (given.is("help")) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(given);
}

function withoutCommand(argv: readonly string[]): number {
  const [first, second] = argv;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    process.stdout.write(overview(commands));
    return 0;
  }
  const names = commands.map(({ name }) => name);
  const group = names.filter((name) => name.startsWith(`${first} `));
  if (group.length > 0 && (second === undefined || second === "--help")) {
    process.stdout.write(overview(commands.filter(({ name }) => group.includes(name))));
    return second === undefined ? 2 : 0;
  }
  const typed = group.length > 0 ? `${first} ${second}` : first;
  const known = group.length > 0 ? group : [...new Set([...names, ...names.map((name) => name.split(" ")[0] ?? name)])];
  throw new UsageError(`There is no command "cardea ${typed}".${suggestion(typed, known)} See: cardea --help`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
