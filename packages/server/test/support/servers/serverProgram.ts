import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What a test can do to a server that it started. */
export type Controls = {
  /** Ends it as a crash would: SIGKILL, to its child processes too. Its data stay. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port and data; one that still runs is shut down in order before. */
  readonly restart: () => Promise<void>;
  /** SIGSTOP, to its child processes too: connections stay open and nothing answers. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it and removes its data. The end of the test process, of whatever kind, does the same. */
  readonly stop: () => Promise<void>;
};

/** How a server is started, and how it says that it is ready. */
export type ServerProgram = {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly isReady: RegExp;
  /** The signal for an orderly end. */
  readonly quit: "SIGINT" | "SIGTERM";
  readonly user?: User;
};

/** An operating system's user, for a program that refuses to run as root. */
export type User = { readonly uid: number; readonly gid: number };

/** A folder for one server's data. */
export const newDataFolder = (server: string): string => mkdtempSync(join(tmpdir(), `cardea-${server}-`));

/** Starts a server and waits until it is ready; throws with what it said if it ends before. */
export async function startServer(program: ServerProgram): Promise<Controls> {
  const watchdog = startWatchdog(program.folder);
  const launch = (): Promise<ChildProcess> => launched(program, (line) => watchdog.stdin?.write(line));
  let child = await launch();
  return {
    kill: () => kill(child),
    restart: async () => {
      await end(child, program.quit);
      child = await launch();
    },
    pause: () => signal(child, "SIGSTOP"),
    resume: () => signal(child, "SIGCONT"),
    stop: async () => {
      await kill(child);
      rmSync(program.folder, { recursive: true, force: true });
      watchdog.stdin?.end();
    },
  };
}

async function launched(
  { command, args, user, isReady }: ServerProgram,
  tellPid: (line: string) => void,
): Promise<ChildProcess> {
  // Detached, so that Ctrl-C reaches the tests alone. LC_ALL, since what it says is read.
  const child = spawn(command, args, { ...user, detached: true, env: { ...process.env, LC_ALL: "C" } });
  tellPid(`${child.pid}\n`);
  child.on("exit", () => tellPid("\n"));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  const hear = (text: string): void => {
    said = (said + text).slice(-8192);
    if (isReady.test(said)) resolve();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
  child.on("error", reject);
  child.on("exit", (code) => reject(new Error(`${command} ended with ${code} before it was ready:\n${said}`)));
  await promise;
  // A test file that forgets to stop a server still ends, and the watchdog ends the server.
  child.unref();
  for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  return child;
}

/** A process that outlives this one just long enough to end the server and remove its data, also when this one was killed. */
function startWatchdog(folder: string): ChildProcess {
  const watchdog = spawn("sh", ["-c", watch, "watchdog", folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  watchdog.stdin?.on("error", () => undefined);
  return watchdog;
}

/** Each line names the process that runs now, an empty one that none does; standard input ends with whoever holds it. */
const watch = `
  while read -r line; do pid=$line; done
  if [ -n "$pid" ]; then
    kill -STOP "$pid"
    kill -KILL $(cat "/proc/$pid/task/$pid/children") "$pid"
  fi
  rm -rf "$1" || { sleep 1; rm -rf "$1"; }`;

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Stopped first, so that it starts no further children meanwhile; a child that lives on would keep its memory and its files. */
async function kill(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  child.kill("SIGSTOP");
  const children = childrenOf(child);
  signal(child, "SIGKILL");
  await exited(child);
  while (children.some(isAlive)) await delay(5);
}

async function end(child: ChildProcess, quit: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  signal(child, "SIGCONT");
  child.kill(quit);
  await exited(child);
}

async function exited(child: ChildProcess): Promise<void> {
  child.ref();
  if (isRunning(child)) await once(child, "exit");
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  for (const pid of childrenOf(child)) sendSignal(pid, name);
  child.kill(name);
}

/** PostgreSQL has a process for each connection, each in a group of its own. Only Linux says which, and Debian is Linux. */
function childrenOf({ pid }: ChildProcess): readonly number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? readFileSync(list, "utf8").split(" ").filter(Boolean).map(Number) : [];
}

/** A zombie is dead: its files are closed, whenever init collects it. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
