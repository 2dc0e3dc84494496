import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { realWorld } from "cardea";
import { epochLead } from "../src/store/ports.ts";
import { type Issuer, newService, startIssuer } from "./support/issuer.ts";

let issuer: Issuer;
let service: string;
let uptime = 0;
before(async () => {
  // The wall clock goes along, as a jump between the two would be a sleep of the machine.
  const world = { ...realWorld, now: () => 1_800_000_000_000 + uptime, monotonic: () => uptime };
  issuer = await startIssuer({ world });
  service = await newService(issuer.auth);
});
after(() => issuer.close());

type Head = { readonly epoch: string; readonly pos: number };

async function headFor(applied: Head): Promise<Head> {
  const { status, body } = await issuer.get(
    `/revocation/head?verifier=v&applied=${applied.epoch}:${applied.pos}&stale=5000`,
    service,
  );
  assert.equal(status, 200);
  return { epoch: String(body.epoch), pos: Number(body.head) };
}

const current = async (): Promise<Head> => (await issuer.store.revocations.read(0, 1)).head;

test("a verifier that has seen more of the log than there is makes it begin anew, beyond that", async () => {
  await issuer.auth.revocations.revoke({ kind: "tenant", key: "acme" });
  const head = await current();
  const seen = { ...head, pos: head.pos + 30 };
  const answered = await headFor(seen);
  assert.notEqual(answered.epoch, head.epoch);
  assert.equal(answered.pos, seen.pos + epochLead);
  assert.deepEqual(await current(), answered);
  assert.ok(issuer.events.some((event) => event.type === "fault" && /has seen more of it/.test(String(event.error))));
});

test("who is where the log is, behind it, or in another epoch changes nothing", async () => {
  uptime += 61_000;
  const head = await current();
  for (const applied of [head, { ...head, pos: 0 }, { epoch: "of-before", pos: head.pos + 1000 }]) {
    assert.deepEqual(await headFor(applied), head);
  }
});

test("nonsense is believed once a minute at most, and uses no positions up", async () => {
  uptime += 61_000;
  const head = await current();
  const first = await headFor({ ...head, pos: Number.MAX_SAFE_INTEGER });
  assert.notEqual(first.epoch, head.epoch);
  assert.equal(first.pos, head.pos + 2 ** 32 + epochLead);
  assert.deepEqual(await headFor({ ...first, pos: first.pos + 1 }), first);
  uptime += 61_000;
  assert.notDeepEqual(await headFor({ ...first, pos: first.pos + 1 }), first);
});
