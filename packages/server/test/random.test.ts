import assert from "node:assert/strict";
import { test } from "node:test";
import { realWorld } from "../src/world.ts";

const { random } = realWorld;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("gives as many bytes as asked for, below and above what is drawn at once", () => {
  for (const bytes of [0, 1, 16, 255, 256, 257, 4095, 4096, 4097, 70_000]) assert.equal(random(bytes).length, bytes);
});

test("gives no bytes twice, across many refills of the pool", () => {
  const given = Array.from({ length: 20_000 }, () => hex(random(16)));
  assert.equal(new Set(given).size, given.length);
});

test("gives no run of zeros, as a pool that was wiped too early would", () => {
  for (let draws = 0; draws < 5000; draws++) assert.notEqual(hex(random(12)), "0".repeat(24));
});

test("what was given out is the caller's alone: to write into it changes nothing that is given later", () => {
  const first = random(32);
  first.fill(0);
  const next = random(32);
  assert.notEqual(next.buffer, first.buffer);
  assert.notEqual(hex(next), "0".repeat(64));
});

test("each bit of a byte is set in about half of the draws", () => {
  const draws = 40_000;
  const counts = new Array<number>(8).fill(0);
  for (const byte of Array.from({ length: draws / 40 }, () => [...random(40)]).flat()) {
    for (let bit = 0; bit < 8; bit++) counts[bit] = (counts[bit] ?? 0) + ((byte >>> bit) & 1);
  }
  // Eight standard deviations.
  for (const count of counts) assert.ok(Math.abs(count - draws / 2) < 8 * Math.sqrt(draws / 4), String(count));
});
