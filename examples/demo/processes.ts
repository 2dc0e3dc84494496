import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Cost, Credentials, IssuerOrder, Reason, ServiceOrder, ServiceQuestion } from "./messages.ts";

/** The issuer's process. */
export type IssuerProcess = {
  readonly pid: number;
  readonly url: string;
  readonly credentials: readonly Credentials[];
  /** Runs `work` while the issuer's clock is off by so many milliseconds. */
  readonly withClockAt: <T>(clockOffsetMs: number, work: () => Promise<T>) => Promise<T>;
  /** Keeps revocations from everybody, whatever else it answers, or lets them out again. */
  readonly cutFeed: (isCut: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A service's process. */
export type ServiceProcess = {
  readonly pid: number;
  readonly url: string;
  readonly reason: (token: string) => Promise<Reason>;
  readonly cost: (token: string, times: number) => Promise<Cost>;
  readonly stop: () => Promise<void>;
};

/** Starts an issuer and waits until it listens. */
export async function startIssuer(order: IssuerOrder): Promise<IssuerProcess> {
  const { child, hello } = await start<{ url: string; credentials: Credentials[] }>("issuer.ts", order);
  const setClock = (clockOffsetMs: number): Promise<unknown> => ask(child, { clockOffsetMs });
  return {
    pid: child.pid ?? 0,
    ...hello,
    withClockAt: async (clockOffsetMs, work) => {
      await setClock(clockOffsetMs);
      try {
        return await work();
      } finally {
        await setClock(0);
      }
    },
    cutFeed: async (feedIsCut) => {
      await ask(child, { feedIsCut });
    },
    stop: () => stop(child),
  };
}

/** Starts a service and waits until it is ready to judge tokens. */
export async function startService(order: ServiceOrder): Promise<ServiceProcess> {
  const { child, hello } = await start<{ url: string }>("service.ts", order);
  const question = <T>(asked: ServiceQuestion): Promise<T> => ask<T>(child, asked);
  return {
    pid: child.pid ?? 0,
    ...hello,
    reason: (token) => question({ ask: "reason", token }),
    cost: (token, times) => question({ ask: "cost", token, times }),
    stop: () => stop(child),
  };
}

async function start<Hello>(file: string, order: object): Promise<{ child: ChildProcess; hello: Hello }> {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return { child, hello: await answer<Hello>(child) };
}

function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answered = answer<T>(child);
  child.send(question);
  return answered;
}

/** The child's next message; a child that dies instead is an error, not a wait without end. */
async function answer<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController();
  const { signal } = done;
  const died = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a process of the demo ended with ${code}`);
  });
  try {
    const [message]: T[] = await Promise.race([once(child, "message", { signal }), died]);
    return message as T;
  } finally {
    done.abort();
    await died.catch(() => undefined);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}
