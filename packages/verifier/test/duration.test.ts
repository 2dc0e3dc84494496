import assert from "node:assert/strict";
import { test } from "node:test";
import { type Duration, parseDuration } from "@cardea/verifier";

const durations: readonly (readonly [text: Duration, ms: number])[] = [
  ["0ms", 0],
  ["250ms", 250],
  ["5s", 5000],
  ["1.5s", 1500],
  ["15m", 900_000],
  ["1h", 3_600_000],
  ["14d", 1_209_600_000],
];

test("a duration is digits and a unit", () => {
  for (const [text, ms] of durations) assert.equal(parseDuration(text), ms, text);
});

test("anything else is no duration", () => {
  for (const text of [
    "",
    "5",
    "s",
    "5 s",
    "-5s",
    "+5s",
    "5S",
    "1e3s",
    ".5s",
    "5.s",
    "0x5s",
    "5s ",
    "5s5s",
    "Infinitys",
    "5w",
    "٥s",
  ]) {
    assert.throws(() => parseDuration(text), TypeError, text);
  }
});
