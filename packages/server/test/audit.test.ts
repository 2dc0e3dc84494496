import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type EventContext, eventCatalogue, memory, realWorld, type SecurityEvent, type World } from "cardea";
import fc from "fast-check";
import { createJournal, type Journal } from "../src/audit/journal.ts";
import { createRecordIds } from "../src/audit/recordIds.ts";
import { noRequest, requestContext } from "../src/requestContext.ts";
import type { AuditRecord, AuditStore } from "../src/store/ports.ts";

type Told = { readonly event: SecurityEvent; readonly context: EventContext };

/** A journal over a memory store's trail, whose `append` a test may replace. */
async function newJournal(change: Partial<AuditStore> = {}, world: World = realWorld) {
  const { audit } = await memory().open(world);
  const told: Told[] = [];
  const onEvent = (event: SecurityEvent, context: EventContext): unknown => told.push({ event, context });
  const journal = createJournal({ store: { ...audit, ...change }, world, onEvent });
  return { journal, told, trail: () => audit.list({ limit: 20_000 }) };
}

const from = requestContext({ address: "192.0.2.1", userAgent: "Firefox", requestId: "r1" });

describe("a record", () => {
  test("ASVS-16.2.1: says when, what, how it came out, by whom, about whom and from where", async () => {
    const { journal } = await newJournal({}, { ...realWorld, now: () => 1_800_000_000_000 });
    const event = { type: "signed_in", accountId: "a", sessionId: "s", amr: ["pwd"], newDevice: true } as const;
    const { id, ...record } = journal.record(event, from, "a");
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.deepEqual(record, {
      at: 1_800_000_000_000,
      type: "signed_in",
      outcome: "done",
      actor: "a",
      accountId: "a",
      sessionId: "s",
      address: "192.0.2.1",
      userAgent: "Firefox",
      details: { amr: ["pwd"], newDevice: true, requestId: "r1" },
    });
  });

  test("ASVS-16.2.5: takes from an event only what the catalogue lists, each of its kind", async () => {
    const { journal } = await newJournal();
    const planted = { password: "canary", email: "ada@example.com", error: "canary", token: { deep: "canary" } };
    for (const type of eventTypes) {
      const facts = Object.keys(eventCatalogue[type].facts).map((name) => [name, { canary: ["canary"] }]);
      const event = { type, ...planted, ...Object.fromEntries(facts) } as unknown as SecurityEvent;
      assert.doesNotMatch(JSON.stringify(journal.record(event, from)), /canary|ada@/, type);
    }
  });

  test("of a fault has the exception's name and code; its message may quote what a driver was given", async () => {
    const { journal } = await newJournal();
    const error = Object.assign(new TypeError("Key (email)=(ada@example.com) exists"), { code: "23505" });
    assert.deepEqual(journal.record({ type: "fault", where: "a test", error }, noRequest).details, {
      where: "a test",
      error: "23505 TypeError",
    });
    assert.deepEqual(journal.record({ type: "fault", where: "a test", error: "text" }, noRequest).details, {
      where: "a test",
    });
  });

  test("ASVS-16.4.1: H-21: holds no text that ends a line, steers a terminal or fills a disk", async () => {
    const { journal } = await newJournal();
    const nasty = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.constantFrom(...hostile));
    fc.assert(
      fc.property(nasty, (text) => {
        const context = requestContext({ address: text, userAgent: text, requestId: text });
        const record = journal.record({ type: "token_refused", reason: text }, context, "a");
        const line = JSON.stringify(record);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\\u0000|\\[nr]/u);
        assert.ok((record.userAgent ?? "").length <= 256 && line.length < 1500);
        assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(record)));
      }),
    );
  });
});

const hostile = [
  'x\n{"level":"info","event":"signed_in"}',
  "\u001b[2J\u001b]0;owned\u0007",
  "a\u2028b\u2029c\u0085d\u202eevil\u200b",
  "\0\0nul",
  "\r\nX: y",
  "\ud800 half",
  "A".repeat(1_048_576),
  "😀".repeat(300),
  "%s%n%d",
  ["$", "{jndi:ldap://x}"].join(""),
];

const eventTypes = Object.keys(eventCatalogue) as SecurityEvent["type"][];

describe("the ids of records", () => {
  test("sort in the order of the events, within a millisecond and when the clock is set back", () => {
    const clock = { now: 1_800_000_000_000 };
    const nextId = createRecordIds({ ...realWorld, now: () => clock.now });
    const ids = Array.from({ length: 70_000 }, nextId);
    clock.now -= 7_200_000;
    ids.push(nextId(), nextId());
    clock.now += 86_400_000;
    ids.push(nextId());
    assert.deepEqual(ids.toSorted(), ids);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => /^[0-9a-f]{32}$/.test(id)));
  });
});

describe("the journal", () => {
  const refusal = (reason: string) => ({ type: "token_refused", reason }) as const;
  const refuseEach = (journal: Journal, count: number): void => {
    for (let at = 0; at < count; at++) journal.refused(refusal(`reason ${at}`), from);
  };

  test("tells of a change only when it is told to, and then as the event it was, with its surroundings", async () => {
    const { journal, told, trail } = await newJournal();
    const events: readonly SecurityEvent[] = [
      { type: "session_ended", accountId: "a", sessionId: "s", reason: "signed_out" },
      { type: "roles_changed", accountId: "a", roles: ["admin"] },
      { type: "accounts_imported", count: 3 },
    ];
    const records = events.map((event) => journal.record(event, from, "cli"));
    assert.equal(told.length, 0);
    journal.tell(...records);
    assert.deepEqual(
      told.map(({ event }) => event),
      events,
    );
    assert.deepEqual(told[0]?.context, { ...from, id: records[0]?.id, at: records[0]?.at, actor: "cli" });
    await journal.close();
    assert.deepEqual(await trail(), [], "a change's records are written by the change");
  });

  test("ASVS-16.3.2: tells of a refusal at once and writes it soon, each in its order", async () => {
    const { journal, told, trail } = await newJournal();
    refuseEach(journal, 250);
    assert.equal(told.length, 250);
    await journal.close();
    const written = await trail();
    assert.equal(written.length, 250);
    assert.deepEqual(
      written.toReversed().map(({ details }) => details.reason),
      told.map(({ event }) => Reflect.get(event, "reason")),
    );
  });

  test("writes without being closed, in batches of at most a hundred, one after another", async () => {
    const batches: number[] = [];
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    let atOnce = 0;
    const append = async (records: readonly AuditRecord[]): Promise<void> => {
      assert.equal(atOnce++, 0);
      batches.push(records.length);
      await Promise.resolve();
      atOnce--;
      if (batches.reduce((sum, size) => sum + size) === 301) resolve();
    };
    const { journal } = await newJournal({ append });
    const alive = setInterval(() => undefined, 1000);
    refuseEach(journal, 301);
    await enough;
    clearInterval(alive);
    assert.deepEqual(batches, [100, 100, 100, 1]);
  });

  test("writes a single line soon too, though nothing follows it", async () => {
    const { promise: written, resolve, reject } = Promise.withResolvers<number>();
    const { journal } = await newJournal({ append: async (records) => resolve(records.length) });
    const never = setTimeout(() => reject(new Error("nothing was written")), 10_000);
    refuseEach(journal, 1);
    assert.equal(await written, 1);
    clearTimeout(never);
  });

  test("what repeats within a batch is one line with its number, so that a flood does not fill the disk", async () => {
    const { journal, told, trail } = await newJournal();
    for (let at = 0; at < 5000; at++) journal.refused(refusal("expired"), { ...from, requestId: `r${at}` });
    journal.refused(refusal("malformed"), from);
    journal.refused(refusal("expired"), { ...from, address: "192.0.2.2" });
    await journal.close();
    assert.equal(told.length, 5002);
    const facts = (await trail()).map(({ address, details }) => [
      address,
      details.reason,
      details.times,
      details.requestId,
    ]);
    assert.deepEqual(facts.toReversed(), [
      ["192.0.2.1", "expired", 5000, "r0"],
      ["192.0.2.1", "malformed", undefined, "r1"],
      ["192.0.2.2", "expired", undefined, "r1"],
    ]);
  });

  test("ASVS-16.5.2: a store that fails costs lines, not answers, and their number is told once", async () => {
    const broken = { append: () => Promise.reject(new Error("the disk is full")) };
    const { journal, told } = await newJournal(broken);
    refuseEach(journal, 30);
    await journal.close();
    const dropped = told.flatMap(({ event }) => (event.type === "audit_dropped" ? [event.count] : []));
    assert.deepEqual(dropped, [30]);
    assert.equal(told.at(-1)?.context.actor, "system");
  });

  test("a store that hangs fills no memory: ten thousand lines wait, and those above are counted", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { audit } = await memory().open(realWorld);
    const append: AuditStore["append"] = async (records) => {
      await gate;
      await audit.append(records);
    };
    const { journal, told } = await newJournal({ append });
    refuseEach(journal, 10_150);
    open();
    await journal.close();
    const lost = told.flatMap(({ event }) => (event.type === "audit_dropped" ? [event.count] : []));
    assert.equal(
      lost.reduce((sum, count) => sum + count, 0),
      50,
    );
    assert.equal((await audit.list({ limit: 20_000 })).length, 10_100);
  });

  test("CS-LG1: a hook that throws, at once or later, breaks nothing", async () => {
    const { audit } = await memory().open(realWorld);
    for (const onEvent of [
      () => {
        throw new Error("the log is broken");
      },
      () => Promise.reject(new Error("the log is broken")),
    ]) {
      const journal = createJournal({ store: audit, world: realWorld, onEvent });
      journal.tell(journal.record({ type: "signed_up", accountId: "a" }, from));
      journal.refused(refusal("expired"), from);
      await journal.close();
    }
    assert.equal((await audit.list({ limit: 10 })).length, 2);
  });
});
