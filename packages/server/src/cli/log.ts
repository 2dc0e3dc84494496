import { pino } from "pino";
import { type EventLogger, logEvents } from "../audit/logEvents.ts";
import { createRecordIds } from "../audit/recordIds.ts";
import type { EventHook } from "../event.ts";
import { noRequest } from "../requestContext.ts";
import { realWorld } from "../world.ts";
import type { LogLevel } from "./logLevel.ts";

/** The log of `serve`, on standard error. */
export type Log = {
  readonly onEvent: EventHook;
  /** Something went wrong that nothing else caught; it is written at once. */
  readonly lastWord: (error: unknown) => void;
  readonly close: () => void;
};

/**
 * One object of JSON a line, with its time in UTC. Nobody waits for it: when its reader stalls, a megabyte waits, and then lines
 * are lost rather than answers.
 */
export function openLog(level: LogLevel): Log {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: 1_048_576 });
  // A closed pipe is no reason to stop serving.
  destination.on("error", () => undefined);
  const logger: EventLogger = pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Nothing of the kind gets here: events have no place for it. This is for the day on which one has.
      redact: { paths: [...secretNames, ...secretNames.map((name) => `*.${name}`)], censor: "[redacted]" },
    },
    destination,
  );
  const onEvent = logEvents(logger);
  const close = (): void => {
    try {
      destination.flushSync();
    } catch {
      // There is nobody left to tell.
    }
  };
  return {
    onEvent,
    lastWord: (error) => {
      const id = createRecordIds(realWorld)();
      onEvent({ type: "fault", where: "process", error }, { ...noRequest, id, at: Date.now(), actor: "system" });
      close();
    },
    close,
  };
}

const secretNames = [
  "password",
  "token",
  "secret",
  "authorization",
  "cookie",
  "accessToken",
  "refreshToken",
  "access_token",
  "refresh_token",
  "link",
  "hash",
];
