import assert from "node:assert/strict";
import { test } from "node:test";
import { cautiousClock } from "@cardea/verifier/judge";
import { fakeWorld } from "./support/fakeWorld.ts";

test("the cautious clock goes with the wall clock as long as nobody sets it", () => {
  const world = fakeWorld();
  const cautiousNow = cautiousClock(world);
  assert.equal(cautiousNow(), world.wall);
  world.pass(86_400_000);
  assert.equal(cautiousNow(), world.wall);
});

test("the cautious clock does not jump ahead, neither while the wall clock is ahead nor when it is back", () => {
  const world = fakeWorld();
  const cautiousNow = cautiousClock(world);
  const start = world.wall;
  world.wall += 86_400_000;
  world.pass(1000);
  assert.equal(cautiousNow(), start + 1000);
  world.wall -= 86_400_000;
  assert.equal(cautiousNow(), start + 1000);
});

test("the cautious clock is set back with the wall clock, and stays behind", () => {
  const world = fakeWorld();
  const cautiousNow = cautiousClock(world);
  const start = world.wall;
  world.wall -= 7_200_000;
  assert.equal(cautiousNow(), start - 7_200_000);
  world.wall += 7_200_000;
  world.pass(1000);
  assert.equal(cautiousNow(), start + 1000 - 7_200_000);
});

test("the cautious clock answers whole milliseconds, never later than the wall clock", () => {
  const world = fakeWorld();
  world.mono = 0.75;
  const cautiousNow = cautiousClock(world);
  for (const ms of [0.4, 0.4, 0.4]) {
    world.mono += ms;
    world.wall = Math.floor(1_800_000_000_000 + world.mono);
    assert.ok(Number.isInteger(cautiousNow()) && cautiousNow() <= world.wall);
  }
});
