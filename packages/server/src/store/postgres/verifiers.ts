import { type VerifierNote, type VerifierStore, verifierKey } from "../ports.ts";
import type { Database } from "./database.ts";
import { integer, object, optionalText, type Row, text } from "./row.ts";
import { insertion, orUpdate, statement } from "./statement.ts";

/** What is known of verifiers, in PostgreSQL. */
export const verifierStore = (database: Database): VerifierStore => ({
  note: async (notes) => {
    // In one order, so that issuers that hear of the same ones never wait for each other in a circle.
    await database.run(insertVerifiers(notes.toSorted((a, b) => (verifierKey(a) < verifierKey(b) ? -1 : 1))));
  },
  list: async (since) => (await database.find(verifiersSince(since))).map(noteOf),
  forget: async (before) => {
    await database.run(forgetVerifiers(before));
  },
});

const columns = ["service_id", "name", "epoch", "applied", "max_staleness_ms", "heard_at"];
const insertVerifiers = insertion("verifiers", columns, orUpdate("service_id, name", columns.slice(2)));
const verifiersSince = statement(
  "verifiers_since",
  `SELECT to_json(verifier) AS verifier FROM verifiers AS verifier WHERE heard_at >= $1 ORDER BY service_id, name`,
);
const forgetVerifiers = statement("forget_verifiers", "DELETE FROM verifiers WHERE heard_at < $1");

function noteOf(outer: Row): VerifierNote {
  const row = object(outer, "verifier");
  return {
    serviceId: text(row, "service_id"),
    name: text(row, "name"),
    epoch: optionalText(row, "epoch"),
    applied: integer(row, "applied"),
    maxStalenessMs: integer(row, "max_staleness_ms"),
    heardAt: integer(row, "heard_at"),
  };
}
