import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import {
  createPrinter,
  createSnapshotWriter,
  type Frame,
  formatFeedEvent,
  type NamedKey,
  type RevocationEntry,
  readSnapshot,
} from "@cardea/verifier/wire";
import { median } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { newIdentifier } from "./identifiers.ts";

/** What revocations take on their way. */
export type WireResult = {
  /** Bytes for each entry in a snapshot, of sign-outs, and of tokens, sessions and subjects in equal parts. */
  readonly snapshotBytes: number;
  readonly snapshotMixedBytes: number;
  /** Bytes for each entry on the feed, with all that an event has, in a frame of five and one of a thousand sign-outs. */
  readonly frameBytes: readonly [five: number, thousand: number];
  readonly jsonFrameBytes: readonly [five: number, thousand: number];
  /** Milliseconds of CPU to make a snapshot of sign-outs; to read, check and join it, the first time in a process and later. */
  readonly encodeMillis: number;
  readonly firstLoadMillis: number;
  readonly loadMillis: number;
  /** The longest that one part of a snapshot keeps the issuer's process. */
  readonly longestPartMillis: number;
};

const key: NamedKey = { id: "bench", key: [1_234_567, 7_654_321] };
const printer = createPrinter(key);
const rounds = 7;

/** What a process is to measure. */
export type WireGiven = { readonly size: number };

/** Makes and reads snapshots of so many live entries, in a process that holds nothing else, like that of a verifier that starts. */
async function measureWire({ size }: WireGiven): Promise<WireResult> {
  const view = viewOf(size, ["session"]);
  const made = Array.from({ length: rounds }, () => timed(() => snapshotOf(view)));
  const [first = made[0]] = made;
  if (!first) throw new Error("nothing was measured");
  const { bytes, longestMs } = first.value;
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) loads.push(await loadMillis(bytes, size));
  return {
    snapshotBytes: rounded(bytes.length / size),
    snapshotMixedBytes: rounded(snapshotOf(viewOf(size, ["token", "session", "subject"])).bytes.length / size),
    frameBytes: [frameBytes(5, true), frameBytes(1000, true)],
    jsonFrameBytes: [frameBytes(5, false), frameBytes(1000, false)],
    encodeMillis: rounded(median(made.map(({ millis }) => millis))),
    firstLoadMillis: rounded(loads[0] ?? Number.NaN),
    loadMillis: rounded(median(loads.slice(1))),
    longestPartMillis: rounded(Math.min(longestMs, ...made.map(({ value }) => value.longestMs))),
  };
}

/** A view whose entries end within an hour of each other, as they do where they come evenly. */
function viewOf(size: number, kinds: readonly RevocationEntry["kind"][]): RevocationView {
  const view = createRevocationView({ now: Date.now });
  view.use(key);
  for (let from = 0; from < size; from += 1000) view.apply(frameOf(from, Math.min(1000, size - from), { kinds, size }));
  return view;
}

type Log = { readonly kinds: readonly RevocationEntry["kind"][]; readonly size: number };

function frameOf(from: number, count: number, { kinds, size }: Log): Frame {
  const start = Date.now() + 600_000;
  const entries = Array.from({ length: count }, (_, index) => ({
    kind: kinds[(from + index) % kinds.length] ?? "session",
    key: newIdentifier(),
    pos: from + index + 1,
    expiresAt: start + ((from + index) / size) * 3_600_000,
  }));
  return { epoch: "dGhlIGVwb2NoIG9mIGl0", from, to: from + count, entries };
}

function snapshotOf(view: RevocationView): { readonly bytes: Uint8Array; readonly longestMs: number } {
  const prints = view.prints();
  if (!prints) throw new Error("the view has no key");
  const writer = createSnapshotWriter();
  const pieces = [writer.head(prints.head)];
  const parts = prints.parts();
  let longestMs = 0;
  for (;;) {
    const { value, millis } = timed(() => {
      const part = parts.next();
      return part.done ? undefined : writer.part(part.value);
    });
    if (!value) break;
    pieces.push(value);
    longestMs = Math.max(longestMs, millis);
  }
  return { bytes: Buffer.concat([...pieces, writer.end()]), longestMs };
}

async function loadMillis(bytes: Uint8Array, size: number): Promise<number> {
  const view = createRevocationView({ now: Date.now });
  view.use(key);
  const started = cpuMillis();
  const outcome = await view.load(readSnapshot(bytes));
  const millis = cpuMillis() - started;
  if (outcome !== "joined" || view.entries !== size) throw new Error("the snapshot was not joined");
  return millis;
}

function frameBytes(count: number, isPrinted: boolean): number {
  const frame = frameOf(1_000_000, count, { kinds: ["session"], size: 1_000_000 });
  return rounded(formatFeedEvent({ type: "frame", frame }, isPrinted ? printer : undefined).length / count);
}

function timed<Value>(work: () => Value): { readonly value: Value; readonly millis: number } {
  const started = cpuMillis();
  const value = work();
  return { value, millis: cpuMillis() - started };
}

function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measureWire);
