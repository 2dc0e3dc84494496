import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readDocuments, tableRows } from "../docs/markdown.ts";
import { deep, describeBounds, small, usual } from "./bounds.ts";
import { explore } from "./explore.ts";
import { correct, type Invariant, systemOf } from "./protocol.ts";
import type { State } from "./state.ts";
import { variants } from "./variants.ts";

const page = readDocuments(join(import.meta.dirname, "..", "..")).find(
  ({ path }) => path === "docs/revocation-model.md",
);
assert.ok(page);
const documented = tableRows(page, "What breaks it");

const invariants: readonly Invariant[] = ["bound", "memory", "growth"];

describe("the protocol of revocations, in every order in which things can happen", () => {
  for (const { bounds, states } of usual) {
    test(`breaks nothing; ${describeBounds(bounds)}`, (t) => {
      const unseen = new Set(Object.keys(sights));
      const found = explore(systemOf(correct, bounds, invariants), {
        mostStates: states,
        onDepth: (progress) => t.diagnostic(JSON.stringify(progress)),
        onState: (state) => {
          for (const name of unseen) if (sights[name]?.(state)) unseen.delete(name);
        },
      });
      assert.equal(found.counterexample, undefined);
      assert.equal(found.states, states);
      assert.deepEqual([...unseen], []);
    });
  }
});

/** States that must be among them: a model in which nothing happens breaks nothing either. */
const sights: Readonly<Record<string, (state: State) => boolean>> = {
  "live, with all revocations enforced": ({ log, view, lease }) =>
    lease === 0 && log.length === 2 && log.every(({ id }) => view.held.includes(id)),
  "live, with one that is not enforced yet": ({ log, view, lease }) =>
    lease !== undefined && log.some(({ id }) => !view.held.includes(id)),
  "live again in the next epoch, and what the store lost is still enforced": ({ head, log, view, lease }) =>
    lease === 0 &&
    view.epoch === 2 &&
    head.epoch === 2 &&
    view.held.some((id) => log.every((entry) => entry.id !== id)),
  "stale, with an old revocation that is not enforced": ({ log, view, lease }) =>
    lease === undefined && log.some(({ id, age }) => age >= 2 && !view.held.includes(id)),
};

describe("the protocol with one rule broken", () => {
  for (const { name, protocol, breaks } of variants) {
    for (const invariant of breaks) {
      test(`${name}: breaks ${invariant}`, (t) => {
        const { counterexample } = explore(systemOf(protocol, small, [invariant]), { mostStates: 300_000 });
        assert.ok(counterexample, "nothing was broken");
        for (const [index, step] of counterexample.way.entries()) t.diagnostic(`${index + 1}. ${step}`);
        t.diagnostic(counterexample.broken);
        if (invariant !== "bound") return;
        const [, steps] = documented.find(([rule]) => rule === name) ?? [];
        assert.equal(steps, String(counterexample.way.length));
      });
    }
  }
});

describe("the page about the model", () => {
  test("names the bounds and the number of states", () => {
    const spaces = [...usual, ...deep].map(({ bounds, states }) => [...Object.values(bounds), states].map(String));
    assert.deepEqual(
      tableRows(page, "How far it was searched").map((row) => row.slice(0, 6)),
      spaces,
    );
  });

  test("has a row for each broken rule", () => {
    assert.deepEqual(
      documented.map(([rule]) => rule),
      variants.map(({ name }) => name),
    );
  });
});
