import { Buffer } from "node:buffer";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import { isRecord } from "../isRecord.ts";
import { bytesOfKey, fingerprintKeyOf, isKeyId, type NamedKey } from "./fingerprint.ts";
import { decodeFrame, encodeFrame, type Frame } from "./frames.ts";
import { formatPosition, isEpoch, isPos } from "./position.ts";
import type { Printer } from "./printedEntries.ts";
import { formatEvent, type ServerEvent } from "./sse.ts";

/** First event of every feed: where the log stands and how the feed will behave. */
export type FeedHello = {
  readonly type: "hello";
  readonly epoch: string;
  readonly head: number;
  readonly heartbeatMs: number;
  readonly maxTtlSeconds: number;
  /** How entries go: `json`, all by name, or `prints`, most by fingerprint. */
  readonly format: FeedFormat;
  /** Under which fingerprints of this log are taken. Without it the issuer has none. */
  readonly key?: NamedKey;
  /** How many entries are alive, about. */
  readonly entries?: number;
};

/** How the entries of a feed go; a reader asks for `prints` by `?format=prints`, and gets `json` from an issuer that has no other. */
export type FeedFormat = "json" | "prints";

/**
 * What the revocation feed says. `frame` carries revocations, `heartbeat` proves that the feed is alive, `resync` tells the
 * verifier that its position is of no use and everything follows from 0, `bye` asks it to come back after `retryMs`.
 */
export type FeedEvent =
  | FeedHello
  | { readonly type: "frame"; readonly frame: Frame }
  | { readonly type: "heartbeat"; readonly head: number }
  | { readonly type: "resync" }
  | { readonly type: "bye"; readonly retryMs: number };

/** Writes one feed event as it goes on the wire; frames by fingerprint, if there is a printer. Throws a TypeError for values that `readFeedEvent` would refuse. */
export function formatFeedEvent(event: FeedEvent, printer?: Printer): string {
  switch (event.type) {
    case "hello":
      return formatEvent({ event: "hello", data: JSON.stringify(helloToWire(event)) });
    case "frame":
      return formatEvent({
        event: "r",
        id: formatPosition(event.frame.epoch, event.frame.to),
        data: encodeFrame(event.frame, printer),
      });
    case "heartbeat":
      return formatEvent({ event: "hb", data: JSON.stringify({ head: event.head }) });
    case "resync":
      return formatEvent({ event: "resync", data: "{}" });
    case "bye":
      return formatEvent({ event: "bye", data: JSON.stringify({ retry_ms: event.retryMs }) });
  }
}

/**
 * Reads one feed event; undefined for a name this version does not know. Throws (TypeError, StrictJsonError) on a malformed one:
 * the caller must then drop the connection, never skip the event. No message quotes what was received.
 */
export function readFeedEvent({ event, data }: ServerEvent): FeedEvent | undefined {
  return Object.hasOwn(readers, event) ? readers[event]?.(data) : undefined;
}

/** Reads the answer of `GET /revocation/head`. Throws a TypeError or StrictJsonError if it is malformed. */
export function decodeHead(text: string): { readonly epoch: string; readonly head: number } {
  const { epoch, head } = parseObject(text);
  if (!isEpoch(epoch) || !isPos(head)) throw malformed("head");
  return { epoch, head };
}

const readers: Readonly<Record<string, (data: string) => FeedEvent>> = {
  hello: (data) => helloFromWire(parseObject(data)),
  r: (data) => ({ type: "frame", frame: decodeFrame(data) }),
  hb: (data) => {
    const { head } = parseObject(data);
    if (!isPos(head)) throw malformed("hb");
    return { type: "heartbeat", head };
  },
  resync: () => ({ type: "resync" }),
  bye: (data) => {
    const { retry_ms: retryMs } = parseObject(data);
    if (!isPos(retryMs)) throw malformed("bye");
    return { type: "bye", retryMs };
  },
};

const helloToWire = ({ epoch, head, heartbeatMs, maxTtlSeconds, format, key, entries }: FeedHello): object => ({
  epoch,
  head,
  heartbeat_ms: heartbeatMs,
  max_ttl_seconds: maxTtlSeconds,
  format,
  ...(key ? { key: { id: key.id, value: Buffer.from(bytesOfKey(key.key)).toString("base64url") } } : {}),
  ...(entries === undefined ? {} : { entries }),
});

function helloFromWire(value: Readonly<Record<string, unknown>>): FeedHello {
  const { epoch, head, heartbeat_ms: heartbeatMs, max_ttl_seconds: maxTtlSeconds, format, key, entries } = value;
  if (format !== "json" && format !== "prints") throw malformed("hello: a format this version cannot read");
  if (!isEpoch(epoch) || !isPos(head)) throw malformed("hello: epoch or head");
  if (!isPositive(heartbeatMs) || !isPositive(maxTtlSeconds)) throw malformed("hello: heartbeat_ms or max_ttl_seconds");
  if (entries !== undefined && !isPos(entries)) throw malformed("hello: entries");
  if (format === "prints" && key === undefined) throw malformed("hello: no key");
  return {
    type: "hello",
    epoch,
    head,
    heartbeatMs,
    maxTtlSeconds,
    format,
    ...(key === undefined ? {} : { key: keyFromWire(key) }),
    ...(entries === undefined ? {} : { entries }),
  };
}

function keyFromWire(value: unknown): NamedKey {
  const { id, value: secret } = isRecord(value) ? value : {};
  const bytes = typeof secret === "string" ? Buffer.from(secret, "base64url") : undefined;
  if (!isKeyId(id) || bytes?.length !== 8) throw malformed("hello: key");
  return { id, key: fingerprintKeyOf(bytes) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value = parseStrictJson(text);
  if (!isRecord(value)) throw malformed("not an object");
  return value;
}

const isPositive = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value > 0;

const malformed = (part: string): TypeError => new TypeError(`malformed feed event: ${part}`);
