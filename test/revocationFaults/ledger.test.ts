import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Judged, type Ledger, newLedger, type Violation } from "./support/ledger.ts";
import { machineNow } from "./support/machineClock.ts";
import type { Minted } from "./support/minted.ts";
import type { Call, Watched } from "./support/watched.ts";

const maxStalenessMs = 2000;

const minted = (given: Partial<Minted> = {}): Minted => ({
  token: "a token",
  askedAt: machineNow(),
  answeredAt: machineNow(),
  kid: "first",
  jti: "j",
  sid: "s",
  sub: "p",
  tid: "t",
  clientId: "c",
  iat: 1,
  ...given,
});

/** A ledger with a token that was revoked, and when: before the call, in its time, after its answer and after the bound. */
type Story = { readonly ledger: Ledger; readonly token: Watched; readonly call: Call; readonly at: Times };
type Times = { readonly before: number; readonly amid: number; readonly after: number; readonly late: number };

function revoked({ isEffective = false } = {}): Story {
  const ledger = newLedger(2, maxStalenessMs);
  const token = ledger.watch(minted());
  const before = machineNow();
  const call = ledger.call({ only: token }, "quiet");
  const amid = machineNow();
  ledger.answered(call, isEffective);
  const after = machineNow();
  return { ledger, token, call, at: { before, amid, after, late: after + maxStalenessMs + 1 } };
}

const hear = ({ ledger, token }: Story, verifier: number, ...judged: readonly Judged[]): readonly string[] => {
  for (const each of judged) ledger.heard(verifier, [token], [each]);
  return ledger.violations.map(({ broken }) => broken);
};

const accepted = (at: number): Judged => ({ said: "accepted", at });
const refused = (at: number): Judged => ({ said: "revoked", at });

describe("what verifiers said, as the ledger judges it", () => {
  test("accepting is no fault until the bound is over, and refusing is none from the call on", () => {
    const story = revoked();
    assert.deepEqual(hear(story, 0, accepted(story.at.before), accepted(story.at.after), refused(story.at.late)), []);
    assert.deepEqual(hear(story, 1, refused(story.at.amid)), []);
  });

  const rows: readonly {
    readonly what: string;
    readonly broken: Violation["broken"];
    readonly isEffective?: boolean;
    readonly said: (at: Times) => readonly Judged[];
  }[] = [
    { what: "accepted later than the bound", broken: "bound", said: ({ late }) => [accepted(late)] },
    {
      what: "accepted after the answer that it is effective",
      broken: "effective",
      isEffective: true,
      said: ({ after }) => [accepted(after)],
    },
    {
      what: "accepted after it was refused",
      broken: "returned",
      said: ({ amid, after }) => [refused(amid), accepted(after)],
    },
    { what: "refused before anybody asked for it", broken: "overreach", said: ({ before }) => [refused(before)] },
  ];
  for (const { what, broken, isEffective = false, said } of rows) {
    test(`${what}: broken is ${broken}`, () => {
      const story = revoked({ isEffective });
      assert.deepEqual(hear(story, 0, ...said(story.at)), [broken]);
    });
  }

  test("each verifier turns by itself: what one has refused, another may still accept", () => {
    const story = revoked();
    assert.deepEqual(hear(story, 0, refused(story.at.amid)), []);
    assert.deepEqual(hear(story, 1, accepted(story.at.after)), []);
  });

  test("at last a revoked token must be refused and no other; stale is neither", () => {
    const { ledger, token } = revoked();
    const other = ledger.watch(minted(), true);
    for (const said of ["accepted", "stale_view"]) ledger.heardAtLast(0, [token], [{ said, at: 0 }]);
    ledger.heardAtLast(0, [token, other], [refused(0), accepted(0)]);
    for (const said of ["revoked", "stale_view"]) ledger.heardAtLast(0, [other], [{ said, at: 0 }]);
    assert.deepEqual(
      ledger.violations.map(({ broken }) => broken),
      ["lost", "lost", "overreach", "overreach"],
    );
  });
});

describe("what is revoked for many", () => {
  const everybody = { names: () => true, isForEver: false };

  test("reaches who was there; who came amid it may be refused; who comes after the answer must not be", () => {
    const ledger = newLedger(1, maxStalenessMs);
    const there = ledger.watch(minted(), true);
    const call = ledger.call(everybody, "faults");
    const amid = ledger.watch(minted(), true);
    ledger.answered(call, true);
    const after = ledger.watch(minted(), true);
    ledger.heard(0, [there, amid], [refused(machineNow()), refused(machineNow())]);
    ledger.heard(0, [amid], [{ said: "stale_view", at: machineNow() }]);
    assert.deepEqual(ledger.violations, []);
    assert.deepEqual([there.phase, there.effectiveAt], ["faults", call.effectiveAt]);
    assert.equal(amid.acknowledgedAt, undefined);
    assert.deepEqual(ledger.others(), [after]);
    ledger.heard(0, [after], [refused(machineNow())]);
    assert.deepEqual(
      ledger.violations.map(({ broken }) => broken),
      ["overreach"],
    );
  });

  test("a key reaches what is made under it afterwards, too, and nothing under another", () => {
    const ledger = newLedger(1, maxStalenessMs);
    const call = ledger.call({ names: ({ kid }) => kid === "first", isForEver: true }, "quiet");
    ledger.answered(call, false);
    const [dead, alive] = [ledger.watch(minted()), ledger.watch(minted({ kid: "second" }))];
    assert.equal(dead.acknowledgedAt, call.acknowledgedAt);
    assert.equal(alive.calledAt, undefined);
    ledger.heardAtLast(0, [dead], [{ said: "unknown_key", at: 0 }]);
    assert.deepEqual(ledger.violations, []);
  });
});
