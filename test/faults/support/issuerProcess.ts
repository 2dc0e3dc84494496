import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ModeName } from "cardea";
import { type Client, clientOf } from "../../support/client.ts";
import type { Question, Saying, Setting } from "./issuerProgram.ts";

/** Issuers in a process of their own, one for each mode. */
export type IssuerProcess = {
  readonly in: (mode: ModeName) => Client;
  readonly ask: (question: Question) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

/** How it runs: options of node, and a disk of its own of so many mebibytes. */
export type Running = Omit<Setting, "folder"> & {
  readonly execArgv?: readonly string[];
  readonly diskMiB?: number;
};

const program = join(import.meta.dirname, "issuerProgram.ts");
const onSources = "--conditions=@cardea/source";

/** Starts the program, and waits until it listens; throws with what it said if it ends before. */
export async function startIssuerProcess({ execArgv = [], diskMiB, ...setting }: Running): Promise<IssuerProcess> {
  const top = mkdtempSync(join(tmpdir(), "cardea-fault-"));
  const folder = join(top, "data");
  mkdirSync(folder);
  const node = [process.execPath, onSources, ...execArgv, program, JSON.stringify({ folder, ...setting })];
  const [command = "", ...words] = diskMiB === undefined ? node : [...onOwnDisk(folder, diskMiB), ...node];
  const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const said = child.stderr === null ? Promise.resolve("") : text(child.stderr);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(top, { recursive: true });
  };
  const end = ended(child, said);
  end.catch(() => undefined);
  const hear = (): Promise<Saying> =>
    Promise.race([new Promise<Saying>((resolve) => child.once("message", (saying: Saying) => resolve(saying))), end]);
  const first = await hear().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const url = "url" in first ? first.url : "";
  return {
    in: (mode) => clientOf(`${url}/${mode}`),
    ask: async (question) => {
      child.send(question);
      const saying = await hear();
      return "answer" in saying ? saying.answer : undefined;
    },
    stop,
  };
}

async function ended(child: ChildProcess, said: Promise<string>): Promise<never> {
  await once(child, "exit");
  throw new Error(`The issuer ended: ${await said}`);
}

/** A file system in memory, in a name space of the process's own: it is gone with it, whatever happens. */
const onOwnDisk = (folder: string, sizeMiB: number): readonly string[] => [
  ...ownMounts,
  "sh",
  "-c",
  `mount -t tmpfs -o size=${sizeMiB}m cardea "$0" && exec "$@"`,
  folder,
];

const ownMounts = process.getuid?.() === 0 ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"];

/** Whether this system lets a process mount something for itself. */
export function mayMount(): boolean {
  const [command = "", ...words] = onOwnDisk("/mnt", 1);
  return spawnSync(command, [...words, "true"]).status === 0;
}
