import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { eventCatalogue } from "cardea";
import { eventsPage, eventsPagePath } from "./eventsPage.ts";

test("ASVS-16.1.1: the inventory of what is logged is the catalogue that the server records by", () => {
  assert.equal(readFileSync(eventsPagePath, "utf8"), eventsPage(), "run: npx node tools/eventsPage.ts");
});

test("events are words in the past tense with a sentence each, and carry nothing that could be a secret", () => {
  for (const [type, { about, outcome, facts }] of Object.entries(eventCatalogue)) {
    assert.match(type, /^[a-z]+(_[a-z]+)*$/);
    assert.match(about, /^[A-Z].*\.$/);
    assert.ok(["done", "refused", "failed"].includes(outcome));
    assert.deepEqual(
      Object.keys(facts).filter((fact) => /password|token|secret|hash|email|address/i.test(fact)),
      [],
    );
  }
});
