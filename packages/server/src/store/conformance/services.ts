import assert from "node:assert/strict";
import type { Service } from "../ports.ts";
import { instant, type OpenStore, rule } from "./subject.ts";

/** Service credentials. */
export function serviceConformance(name: string, open: OpenStore): void {
  const billing: Service = {
    id: "svc-1",
    name: "billing",
    secretHash: "hash",
    scopes: ["introspect", "revocation:write"],
    createdAt: instant,
  };

  rule(name, "gives a service back as it was inserted, and keeps the first of one id", open, async ({ services }) => {
    assert.equal(await services.insert(billing), "inserted");
    assert.equal(await services.insert({ ...billing, name: "other" }), "taken");
    assert.deepEqual(await services.find(billing.id), billing);
    assert.deepEqual(await services.list(), [billing]);
    assert.equal(await services.find("svc-2"), undefined);
  });

  rule(name, "forgets a service that is removed, and says whether there was one", open, async ({ services }) => {
    await services.insert(billing);
    await services.insert({ ...billing, id: "svc-2" });
    assert.equal(await services.remove(billing.id), true);
    assert.equal(await services.remove(billing.id), false);
    assert.equal(await services.find(billing.id), undefined);
    assert.deepEqual(await services.list(), [{ ...billing, id: "svc-2" }]);
  });
}
