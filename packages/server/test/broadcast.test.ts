import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createEventParser, type Frame, readFeedEvent } from "@cardea/verifier/wire";
import { type Broadcast, createBroadcast } from "../src/revoke/broadcast.ts";

const frame = (from: number, to: number, epoch = "epoch"): Frame => ({
  epoch,
  from,
  to,
  entries: Array.from({ length: to - from }, (_, at) => ({
    kind: "session",
    key: `s${from + at + 1}`,
    pos: from + at + 1,
    expiresAt: 1,
  })),
});

/** A listener that keeps the frames it hears. */
function listener(): {
  readonly frames: Frame[];
  readonly ended: () => boolean;
  readonly hears: Parameters<Broadcast["subscribe"]>[0];
} {
  const frames: Frame[] = [];
  const parser = createEventParser();
  let hasEnded = false;
  return {
    frames,
    ended: () => hasEnded,
    hears: {
      format: "json",
      frame: (bytes) => {
        for (const event of parser.push(bytes)) {
          const said = readFeedEvent(event);
          if (said?.type === "frame") frames.push(said.frame);
        }
      },
      end: () => {
        hasEnded = true;
      },
    },
  };
}

const spans = (frames: readonly Frame[]): readonly string[] =>
  frames.map(({ epoch, from, to }) => `${epoch} ${from}-${to}`);

describe("frames to all who listen", () => {
  test("the first one is sent at once; what comes soon after goes out together, and nothing is lost", async () => {
    const broadcast = createBroadcast({ monotonic: () => performance.now(), printer: () => undefined });
    const { frames, hears } = listener();
    broadcast.subscribe(hears);
    broadcast.publish(frame(0, 1));
    assert.deepEqual(spans(frames), ["epoch 0-1"]);
    for (let pos = 1; pos < 500; pos++) broadcast.publish(frame(pos, pos + 1));
    assert.deepEqual(spans(frames), ["epoch 0-1"]);
    while (frames.at(-1)?.to !== 500) await delay(1);
    assert.deepEqual(spans(frames), ["epoch 0-1", "epoch 1-500"]);
    assert.deepEqual(
      frames.flatMap(({ entries }) => entries.map(({ pos }) => pos)),
      Array.from({ length: 500 }, (_, at) => at + 1),
    );
    broadcast.close();
  });

  test("frames that do not chain, or are of another epoch, stay apart and in order", async () => {
    const broadcast = createBroadcast({ monotonic: () => performance.now(), printer: () => undefined });
    const { frames, hears } = listener();
    broadcast.subscribe(hears);
    broadcast.publish(frame(0, 1));
    for (const next of [frame(1, 2), frame(5, 6), frame(0, 2, "other"), frame(2, 3, "other")]) broadcast.publish(next);
    broadcast.close();
    assert.deepEqual(spans(frames), ["epoch 0-1", "epoch 1-2", "epoch 5-6", "other 0-3"]);
  });

  test("what waits is sent before the end, and who comes later is told that it is over", () => {
    const broadcast = createBroadcast({ monotonic: () => performance.now(), printer: () => undefined });
    const [early, gone, late] = [listener(), listener(), listener()];
    broadcast.subscribe(early.hears);
    broadcast.subscribe(gone.hears)();
    broadcast.publish(frame(0, 1));
    broadcast.publish(frame(1, 2));
    broadcast.close();
    broadcast.subscribe(late.hears);
    assert.deepEqual([spans(early.frames), early.ended()], [["epoch 0-1", "epoch 1-2"], true]);
    assert.deepEqual([gone.frames, gone.ended(), late.ended()], [[], false, true]);
  });
});
