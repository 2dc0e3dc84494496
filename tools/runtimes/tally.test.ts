import assert from "node:assert/strict";
import { test } from "node:test";
import { countBun, countDeno, countTap } from "./tally.ts";

test("counts what Node says at the end of a TAP report", () => {
  const report = "ok 1 - a\n  # pass 7\n1..2\n# tests 12\n# suites 3\n# pass 11\n# fail 1\n# skipped 0\n";
  assert.deepEqual(countTap(report), { tests: 12, passed: 11 });
  assert.deepEqual(countTap("Segmentation fault"), { tests: 0, passed: 0 });
});

test("counts the tests of Deno without suites, with files that do not load", () => {
  const report = `Uncaught error from ./spoilt.test.js FAILED
running 2 tests from ./good.test.js
outer ... suite ...
  a ... b ... FAILED (1ms)
  inner ...
    c ... ok (0ms)
    d ...
------- output -------
hello
----- output end -----
    d ... ok (0ms)
  inner ... ok (1ms)
outer ... suite ... FAILED (due to 1 failed step) (3ms)
top ... ok (114µs)
left out ... ignored (0ms)

FAILED | 1 passed (3 steps) | 2 failed (1 step) (10ms)
`;
  assert.deepEqual(countDeno(report), { tests: 6, passed: 3 });
});

test("counts whatever is amiss with Bun as a test that does not pass", () => {
  assert.deepEqual(countBun("(pass) x [1.00ms]\n\n 1270 pass\n 0 fail\nRan 1270 tests\n"), {
    tests: 1270,
    passed: 1270,
  });
  assert.deepEqual(countBun("\n 8 pass\n 3 skip\n 2 fail\n 1 error\nRan 13 tests\n"), { tests: 14, passed: 8 });
});
