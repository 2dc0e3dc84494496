import assert from "node:assert/strict";
import type { Acknowledged } from "./changingProgram.ts";
import type { Rows } from "./sqliteRows.ts";

type Row = Readonly<Record<string, unknown>>;

/** What a person's lines in the audit trail amount to. */
type Told = {
  exists: boolean;
  isDisabled: boolean;
  /** Sessions that were begun and have not ended, by id. */
  readonly sessions: Set<string>;
  /** Those that a change of password began: their ids are told when they end. */
  unnamed: number;
  readonly ended: Set<string>;
  readonly links: Set<string>;
  passwords: number;
  mails: number;
  /** Keys of the revocation log that are due, one for each entry. */
  readonly revoked: string[];
};

/** A change that ends all sessions by one entry about the person. */
const endsAll = ["password_reset", "account_disabled", "account_deleted"];

/** The same lines, read as a story: what each says was done. */
const steps: Readonly<Record<string, (told: Told, row: Row) => void>> = {
  signed_up: (told) => {
    told.exists = true;
    told.links.add("verify_email");
    told.mails += 1;
  },
  signed_in: (told, { session_id }) => {
    told.sessions.add(String(session_id));
  },
  session_ended: (told, { session_id, account_id, details }) => {
    const id = String(session_id);
    if (!told.sessions.delete(id)) told.unnamed -= 1;
    told.ended.add(id);
    const { reason } = typeof details === "string" ? JSON.parse(details) : Object(details);
    if (!endsAll.includes(reason)) told.revoked.push(`session ${id}`);
    assert.ok(account_id);
  },
  password_changed: (told) => {
    told.unnamed += 1;
    told.passwords += 1;
    told.mails += 1;
    told.links.delete("reset_password");
  },
  password_reset_requested: (told) => {
    told.links.add("reset_password");
    told.mails += 1;
  },
  password_reset: (told, { account_id }) => {
    told.passwords += 1;
    told.mails += 1;
    told.links.clear();
    told.revoked.push(`subject ${account_id}`);
  },
  account_disabled: (told, { account_id }) => {
    told.isDisabled = true;
    told.links.clear();
    told.revoked.push(`subject ${account_id}`);
  },
  account_deleted: (told, { account_id }) => {
    told.exists = false;
    told.mails += 1;
    told.links.clear();
    told.revoked.push(`subject ${account_id}`);
  },
};

/** The story of each account. */
export type History = ReadonlyMap<string, Readonly<Told>>;

/** Reads the audit trail; changes that it does not know are a mistake of the test. */
function historyOf({ tables }: Rows): History {
  const stories = new Map<string, Told>();
  const changes = (tables.audit ?? []).filter(({ outcome, account_id }) => outcome === "done" && account_id !== null);
  for (const row of changes.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))) {
    const story = stories.get(String(row.account_id)) ?? nothing();
    stories.set(String(row.account_id), story);
    const step = steps[String(row.type)];
    assert.ok(step, `a line of the type ${String(row.type)}`);
    step(story, row);
  }
  return stories;
}

const nothing = (): Told => ({
  exists: false,
  isDisabled: false,
  sessions: new Set(),
  unnamed: 0,
  ended: new Set(),
  links: new Set(),
  passwords: 0,
  mails: 0,
  revoked: [],
});

/**
 * Every change is whole or absent: what the trail says was done is what the tables hold, row by row and nothing beside it; and
 * what was acknowledged is there.
 */
export function assertWhole(
  rows: Rows,
  acknowledged: readonly Acknowledged[],
  regranted: ReadonlySet<string>,
): History {
  assert.ok(rows.isSound);
  const history = historyOf(rows);
  assertRowsAsTold(rows, history);
  assertTokens(rows, regranted);
  assertLog(rows, history);
  for (const each of acknowledged) assertKept(each, rows, history);
  return history;
}

function assertRowsAsTold({ tables }: Rows, history: History): void {
  const { accounts = [], sessions = [], links = [], mails = [] } = tables;
  const living = [...history].filter(([, { exists }]) => exists).map(([id]) => id);
  assert.deepEqual(accounts.map(({ id }) => String(id)).toSorted(), living.toSorted());
  for (const [id, told] of history) {
    const own = sessions.filter(({ account_id }) => account_id === id).map((row) => String(row.id));
    assert.equal(own.length, told.sessions.size + told.unnamed, `sessions of ${id}`);
    for (const session of told.sessions) assert.ok(own.includes(session));
    assert.deepEqual(
      own.filter((session) => told.ended.has(session)),
      [],
    );
    const purposes = links.filter(({ account_id }) => account_id === id).map(({ purpose }) => purpose);
    assert.deepEqual(purposes.toSorted(), [...told.links].toSorted(), `links of ${id}`);
    const account = accounts.find((row) => row.id === id);
    assert.equal((account?.disabled_at ?? null) !== null, told.isDisabled && told.exists);
  }
  assert.equal(
    sessions.length,
    [...history.values()].reduce((sum, told) => sum + told.sessions.size + told.unnamed, 0),
  );
  assert.equal(
    mails.length,
    [...history.values()].reduce((sum, told) => sum + told.mails, 0),
    "mails",
  );
}

/** A token for the start and one for each rotation, committed with it. */
function assertTokens({ tables }: Rows, regranted: ReadonlySet<string>): void {
  const { sessions = [], opaque_tokens = [] } = tables;
  for (const { id, generation } of sessions) {
    const tokens = opaque_tokens.filter(({ session_id }) => session_id === id).length;
    assert.equal(tokens, Number(generation) + 1 + (regranted.has(String(id)) ? 1 : 0), `tokens of ${String(id)}`);
  }
}

/** The log has no gap, and an entry for each end and each key that was taken back: no more, no less. */
function assertLog({ tables }: Rows, history: History): void {
  const { revocations = [], revocation_head = [], keys = [] } = tables;
  const positions = revocations.map(({ pos }) => Number(pos)).toSorted((a, b) => a - b);
  const [head] = revocation_head;
  assert.deepEqual(
    positions,
    Array.from({ length: Number(head?.pos) }, (_, at) => at + 1),
  );
  const revokedKeys = keys.filter(({ revoked_at }) => revoked_at !== null).map(({ kid }) => `key ${String(kid)}`);
  const due = [...revokedKeys, ...[...history.values()].flatMap(({ revoked }) => revoked)];
  assert.deepEqual(revocations.map(({ kind, key }) => `${String(kind)} ${String(key)}`).toSorted(), due.toSorted());
  const waiting = keys.filter((key) => key.purpose === "access" && key.revoked_at === null);
  assert.ok(waiting.length === 1 || waiting.length === 2, `${waiting.length} keys for access tokens`);
  // Of two, the first signs until the second does; of one there is no end.
  assert.equal(waiting.filter(({ signs_until }) => signs_until === null).length, 1);
}

function assertKept(did: Acknowledged, { tables }: Rows, history: History): void {
  const told = "account" in did ? history.get(did.account) : undefined;
  const session = "session" in did ? tables.sessions?.find(({ id }) => id === did.session) : undefined;
  const what = JSON.stringify({ ...did, refresh: undefined });
  if ("session" in did) assert.ok(session !== undefined || told?.ended.has(did.session), what);
  if (did.did === "refresh")
    assert.ok(session === undefined || Number(session.generation) >= generationOf(did.refresh), what);
  if ("passwords" in did) assert.ok((told?.passwords ?? 0) >= did.passwords, what);
  if (did.did === "sign_out") assert.ok(told?.ended.has(did.session), what);
  if (did.did === "disable") assert.ok(told?.isDisabled, what);
  if (did.did === "delete") assert.equal(told?.exists, false, what);
  if ("kid" in did) {
    const key = tables.keys?.find(({ kid }) => kid === did.kid);
    assert.ok(key && (did.did === "make_key" || key.revoked_at !== null), what);
  }
}

/** The generation in a refresh token. */
export const generationOf = (refresh: string): number => Number(refresh.split(".")[1]);
