import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createOutbox } from "../src/http/outbox.ts";

describe("an outbox", () => {
  const piece = new Uint8Array(10);

  test("gives each piece once and in order, also to a reader that came first", async () => {
    const box = createOutbox(100);
    const early = box.take();
    box.put(Uint8Array.of(1));
    box.put(Uint8Array.of(2));
    assert.deepEqual([await early, await box.take()], [Uint8Array.of(1), Uint8Array.of(2)]);
  });

  test("ends a waiting reader, and cleans up once, whenever that is asked for", async () => {
    const box = createOutbox(100);
    let cleaned = 0;
    box.whenEnded(() => cleaned++);
    const waiting = box.take();
    box.end();
    box.cut();
    box.whenEnded(() => cleaned++);
    assert.equal(await waiting, undefined);
    assert.equal(cleaned, 2);
    box.put(piece);
    assert.equal(await box.take(), undefined);
  });

  test("holds its bound and not a byte more, counting only what still waits", async () => {
    const box = createOutbox(20);
    for (let round = 0; round < 50; round++) {
      box.put(piece);
      box.put(piece);
      assert.equal(box.isCut(), false);
      await box.take();
      await box.take();
    }
    box.put(piece);
    box.put(piece);
    box.put(Uint8Array.of(1));
    assert.equal(box.isCut(), true);
    assert.equal(await box.take(), undefined);
  });
});
