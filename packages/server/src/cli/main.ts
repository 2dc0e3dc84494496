import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { version } from "../version.ts";
import { auditList } from "./audit.ts";
import { calibrate } from "./calibrate.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { configPrint } from "./configPrint.ts";
import { doctor } from "./doctor/doctor.ts";
import { commandHelp, overview } from "./help.ts";
import { init } from "./init.ts";
import { keysRetire, keysRevoke, keysRotate } from "./keyChanges.ts";
import { keysExport, keysList } from "./keys.ts";
import { migrate } from "./migrate.ts";
import { printError } from "./output.ts";
import { relay } from "./relay.ts";
import { revoke } from "./revoke.ts";
import { secretsGenerate } from "./secrets.ts";
import { serve } from "./serve.ts";
import { servicesCreate, servicesDelete, servicesList } from "./services.ts";
import { sessionsList, sessionsRevoke } from "./sessions.ts";
import { isSystemFault, systemFault } from "./systemFault.ts";
import { tokenInspect } from "./tokenInspect.ts";
import { tokenVerify } from "./tokenVerify.ts";
import { usersCreate, usersGet, usersList } from "./users.ts";
import { usersDelete, usersDisable, usersEnable, usersRoles } from "./usersChange.ts";
import { usersExport } from "./usersExport.ts";
import { usersImport } from "./usersImport.ts";
import { verifiersList } from "./verifiers.ts";

/** Every command; a new one is a new row. */
export const commands: readonly Command[] = [
  serve,
  init,
  migrate,
  configPrint,
  doctor,
  calibrate,
  usersCreate,
  usersList,
  usersGet,
  usersRoles,
  usersDisable,
  usersEnable,
  usersDelete,
  usersExport,
  usersImport,
  sessionsList,
  sessionsRevoke,
  servicesCreate,
  servicesList,
  servicesDelete,
  revoke,
  verifiersList,
  relay,
  keysList,
  keysRotate,
  keysRetire,
  keysRevoke,
  keysExport,
  secretsGenerate,
  tokenInspect,
  tokenVerify,
  auditList,
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
  if (first === "--version") {
    process.stdout.write(`${version()}\n`);
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

function messageOf(error: unknown): string {
  if (isSystemFault(error)) return systemFault(error, error.path);
  return error instanceof Error ? error.message : String(error);
}
