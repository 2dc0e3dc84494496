import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Client, DatabaseError, type PoolConfig } from "pg";
import type { EventSink } from "../../event.ts";

/** What listening needs. `tell` sends on the channel by another connection; `id` begins whatever this process itself sends. */
export type Listening = {
  readonly config: PoolConfig;
  readonly channel: string;
  readonly id: string;
  readonly tell: (payload: string) => Promise<unknown>;
  readonly onChange: () => void;
  readonly onEvent: EventSink;
};

const firstWaitMs = 50;
const longestWaitMs = 1000;
/** A connection that hears nothing is tried for anew so seldom: it is most likely a pooler that will be there tomorrow. */
const deafWaitMs = 60_000;
/** So often it is tried whether the connection still hears, and so long a call may take. */
const tryEveryMs = 15_000;
const heardWithinMs = 3000;

/** It is connected, and yet nothing is heard; or the server knows no LISTEN. */
class DeafError extends Error {}

/**
 * Listens on a connection of its own, which is made anew when it breaks, and when it does not hear a call of this process's own.
 * That happens behind a pooler that gives the connection to others meanwhile: told once, and then nobody is woken. Returns how
 * to stop.
 */
export function keepListening(listening: Listening): () => void {
  const ending = new AbortController();
  void listenOnAndOn(listening, ending.signal);
  return () => ending.abort();
}

async function listenOnAndOn(listening: Listening, signal: AbortSignal): Promise<void> {
  let waitMs = firstWaitMs;
  let isTold = false;
  while (!signal.aborted) {
    const failure = await listenOnce(listening, signal, () => {
      waitMs = firstWaitMs;
    });
    const isDeaf = failure instanceof DeafError || isUnknownCommand(failure);
    if (isDeaf && !isTold) listening.onEvent({ type: "fault", where: "revocation log", error: notWoken() });
    isTold ||= isDeaf;
    await delay(isDeaf ? deafWaitMs : waitMs, undefined, { ref: false, signal }).catch(() => undefined);
    waitMs = Math.min(2 * waitMs, longestWaitMs);
  }
}

/** What is compatible with PostgreSQL may have no LISTEN: feature_not_supported, or a syntax that it does not know. */
const isUnknownCommand = (failure: unknown): boolean =>
  failure instanceof DatabaseError && /^(?:0A|42)/.test(failure.code ?? "");

const notWoken = (): Error =>
  new Error(
    "PostgreSQL does not wake this process when others revoke: LISTEN hears nothing, as behind a pooler of transactions. The log is read by a timer instead.",
  );

/** Listens until that ends, and answers why; `onHeard` is called when the connection has shown that it hears. */
async function listenOnce(listening: Listening, signal: AbortSignal, onHeard: () => void): Promise<unknown> {
  const { config, channel, id, tell, onChange } = listening;
  const socket = new Socket();
  const client = connectionOver(socket, config);
  const { promise: broken, reject: breaks } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  const stop = (): void => breaks(new Error("stopped"));
  client.on("error", breaks);
  client.on("end", () => breaks(new Error("the connection ended")));
  signal.addEventListener("abort", stop);
  let heard = (): void => undefined;
  client.on("notification", ({ payload = "" }) => {
    if (payload === `${id} try`) heard();
    else if (payload !== id) onChange();
  });
  try {
    await Promise.race([client.connect(), broken]);
    await Promise.race([client.query(`LISTEN ${channel}`), broken]);
    for (;;) {
      const hearing = new Promise<void>((resolve) => {
        heard = resolve;
      });
      await Promise.race([tell(`${id} try`), broken]);
      await Promise.race([hearing, broken, deaf(signal)]);
      // What was told before the connection heard, nobody has told.
      onHeard();
      onChange();
      await Promise.race([delay(tryEveryMs, undefined, { ref: false, signal }), broken]);
    }
  } catch (error) {
    return error;
  } finally {
    signal.removeEventListener("abort", stop);
    client.end().catch(() => undefined);
    // A server that is gone says no goodbye.
    setTimeout(() => socket.destroy(), goodbyeMs).unref();
  }
}

const goodbyeMs = 1000;

async function deaf(signal: AbortSignal): Promise<never> {
  await delay(heardWithinMs, undefined, { ref: false, signal });
  throw new DeafError();
}

function connectionOver(
  socket: Socket,
  { connectionString, connectionTimeoutMillis, query_timeout, ssl }: PoolConfig,
): Client {
  return new Client({
    connectionString,
    connectionTimeoutMillis,
    query_timeout,
    ssl,
    stream: () => socket,
    keepAlive: true,
    application_name: "cardea, waiting for revocations",
  });
}
