import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A program of the run in a process of its own, which can be taken down and started again on the same port. */
export type Program = {
  readonly port: number;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Starts it again after a kill, however often that takes: what it depends on may be away. */
  readonly start: () => Promise<void>;
  /** SIGSTOP and SIGCONT: connections stay open, and nothing answers. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Sets its wall clock by so many milliseconds from the real one; one that starts has the real one. */
  readonly setClock: (offsetMs: number) => void;
  /** How many of a hundred frames its feed loses from now on, also after a restart; none before. */
  readonly setLosses: (lossPercent: number) => void;
  readonly stop: () => Promise<void>;
};

/** What a running program is told. */
export type News = { readonly offsetMs?: number; readonly lossPercent?: number };

/** Starts a program of this folder. It gets its setting, with the port, as its only argument, and says when it listens. */
export async function startProgram(file: string, setting: object): Promise<Program> {
  let isOver = false;
  let port = 0;
  let losses = 0;
  let complaint = "";
  let child = launch();

  function launch(): ChildProcess {
    const next = fork(join(import.meta.dirname, file), [JSON.stringify({ ...setting, port })], {
      execArgv: ["--conditions=@cardea/source"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    next.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    return next;
  }
  /** Undefined: it ended before it listened. */
  const listening = async (): Promise<number | undefined> => {
    const [said] = await Promise.race([once(child, "message"), once(child, "exit").then(() => [undefined])]);
    return said;
  };
  const start = async (): Promise<void> => {
    for (let tries = 1; !isOver; tries++) {
      if (!isRunning(child)) child = launch();
      const said = await listening();
      if (said !== undefined) {
        port = said;
        tell({ lossPercent: losses });
        return;
      }
      if (tries === mostTries) throw new Error(`${file} does not start again: ${complaint}`);
      await delay(100);
    }
  };
  const tell = (news: News): void => {
    if (isRunning(child) && child.connected) child.send(news);
  };
  const kill = async (): Promise<void> => {
    if (!isRunning(child)) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  // On a busy machine what it depends on may be slow at first.
  for (let tries = 1; port === 0; tries++) {
    if (!isRunning(child)) child = launch();
    port = (await listening()) ?? 0;
    if (port === 0 && tries === mostTries) throw new Error(`${file} ended before it listened: ${complaint}`);
  }
  return {
    get port() {
      return port;
    },
    kill,
    start,
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    setClock: (offsetMs) => tell({ offsetMs }),
    setLosses: (lossPercent) => {
      losses = lossPercent;
      tell({ lossPercent });
    },
    stop: () => {
      isOver = true;
      return kill();
    },
  };
}

const mostTries = 20;

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
