import assert from "node:assert/strict";
import type { VerifierNote } from "../ports.ts";
import { instant, type OpenStore, rule, twenty } from "./subject.ts";

/** What is known of verifiers. */
export function verifierConformance(name: string, open: OpenStore): void {
  const note: VerifierNote = {
    serviceId: "svc-1",
    name: "api-1",
    epoch: undefined,
    applied: 0,
    maxStalenessMs: 5000,
    heardAt: instant,
  };
  const later: VerifierNote = { ...note, epoch: "epoch", applied: 7, heardAt: instant + 1000 };

  rule(name, "keeps what was heard last of each verifier, by service and name", open, async ({ verifiers }) => {
    await verifiers.note([{ ...note, name: "api-2" }, note]);
    await verifiers.note([later, { ...note, serviceId: "svc-0" }]);
    assert.deepEqual(await verifiers.list(instant), [
      { ...note, serviceId: "svc-0" },
      later,
      { ...note, name: "api-2" },
    ]);
    assert.deepEqual(await verifiers.list(instant + 1000), [later]);
  });

  rule(name, "forgets those that have been silent", open, async ({ verifiers }) => {
    await verifiers.note([note, { ...later, name: "api-2" }]);
    await verifiers.forget(instant + 1000);
    assert.deepEqual(await verifiers.list(0), [{ ...later, name: "api-2" }]);
  });

  rule(
    name,
    "twenty issuers that hear of the same verifiers in any order all get through",
    open,
    async ({ verifiers }) => {
      const names = Array.from({ length: 20 }, (_, index) => `api-${index}`);
      await twenty((index) => {
        const heard = names.map((each) => ({ ...note, name: each, applied: index }));
        return verifiers.note(index % 2 === 0 ? heard : heard.toReversed());
      });
      assert.equal((await verifiers.list(0)).length, 20);
    },
  );
}
