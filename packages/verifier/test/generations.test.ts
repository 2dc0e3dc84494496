import assert from "node:assert/strict";
import { test } from "node:test";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { createPrinter, decodeFrame, encodeFrame, type Frame, type RevocationEntry } from "@cardea/verifier/wire";
import fc from "fast-check";

const keys = {
  k1: { id: "k1", key: [1, 2] },
  k2: { id: "k2", key: [3, 4] },
  k3: { id: "k3", key: [5, 6] },
} as const;
type KeyName = keyof typeof keys;

const entryOf = (
  kind: "session" | "subject" | "token" | "all",
  key: string,
  pos: number,
  expiresAt = 1e9,
): RevocationEntry => ({
  kind,
  key: kind === "all" ? "" : key,
  pos,
  expiresAt,
});
const claims = { jti: "j", sub: "u", iat: 1, sid: "s", rvp: 0 };

/** A frame as it arrives by fingerprint under a key. */
const printed = (name: KeyName, frame: Frame): Frame => decodeFrame(encodeFrame(frame, createPrinter(keys[name])));
const frameOf = (from: number, ...entries: RevocationEntry[]): Frame => ({
  epoch: "e",
  from,
  to: from + entries.length,
  entries,
});

function started(name: KeyName, now: () => number = () => 0): RevocationView {
  const view = createRevocationView({ now });
  view.use(keys[name]);
  view.apply({ epoch: "e", from: 0, to: 0, entries: [] });
  return view;
}

test("fingerprints under the key of today are joined; those under another one are refused, unless nothing in them is news", () => {
  const view = started("k1");
  const frame = frameOf(0, entryOf("session", "s", 1));
  assert.equal(view.apply(printed("k2", frame)), "other_key");
  assert.deepEqual([view.position, view.entries, view.isRevoked(claims, "k")], [0, 0, false]);
  assert.equal(view.apply(printed("k1", frame)), "joined");
  assert.deepEqual([view.position, view.isRevoked(claims, "k")], [1, true]);
  assert.equal(view.apply(printed("k2", frame)), "joined");
  assert.equal(view.apply({ ...printed("k2", frame), epoch: "f" }), "other_key");
});

test("what was held under one key is held under the next one, by name and by handle", () => {
  const view = started("k1");
  const handles = [claims, { ...claims, sid: "t" }].map((token) => view.handleOf(token, "k"));
  const said = () => handles.map((handle) => handle.isRevoked());
  view.apply(printed("k1", frameOf(0, entryOf("session", "s", 1))));
  assert.deepEqual(said(), [true, false]);
  view.use(keys.k2);
  assert.deepEqual([view.entries, view.isRevoked(claims, "k"), said()], [1, true, [true, false]]);
  view.apply(printed("k2", frameOf(1, entryOf("session", "t", 2))));
  assert.deepEqual([view.entries, said()], [2, [true, true]]);
  assert.equal(view.isRevokedBy("session", claims, "k"), true);
  assert.equal(view.isRevokedBy("subject", claims, "k"), false);
});

test("a token that was clean is asked about again under every key, also under one that comes back", () => {
  const view = started("k1");
  const handle = view.handleOf(claims, "k");
  assert.equal(handle.isRevoked(), false);
  view.use(keys.k2);
  view.apply(printed("k2", frameOf(0, entryOf("session", "s", 1))));
  view.use(keys.k1);
  assert.equal(handle.isRevoked(), true);
});

test("what is empty under an earlier key is let go of once it has expired", () => {
  let clock = 0;
  const view = started("k1", () => clock);
  view.apply(printed("k1", frameOf(0, entryOf("session", "s", 1, 1000))));
  view.use(keys.k2);
  assert.equal(view.entries, 1);
  clock = 5000;
  for (let round = 0; round < 4; round++) view.apply({ epoch: "e", from: 1, to: 1, entries: [] });
  assert.deepEqual([view.entries, view.isRevoked(claims, "k")], [0, false]);
});

type Step = {
  readonly what: "use" | "named" | "printed";
  readonly key: KeyName;
  readonly entry: Omit<RevocationEntry, "pos" | "expiresAt">;
};
const anyName = fc.constantFrom("a", "b", "c");
const anyStep: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("use", "named", "printed", "printed"),
  key: fc.constantFrom<KeyName>("k1", "k2", "k3"),
  entry: fc
    .tuple(fc.constantFrom("token" as const, "session" as const, "subject" as const, "all" as const), anyName)
    .map(([kind, key]) => ({ kind, key: kind === "all" ? "" : key })),
});
const anyToken = fc.record({ jti: anyName, sid: anyName, sub: anyName, iat: fc.constant(1), rvp: fc.nat(40) });

test("S-25: whatever the order of keys, names and fingerprints, all that was joined is enforced and nothing else", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), fc.array(anyToken, { minLength: 1 }), (steps, tokens) => {
      const view = started("k1");
      const handles = tokens.map((token) => view.handleOf(token, "k"));
      const joined: RevocationEntry[] = [];
      for (const { what, key, entry } of steps) {
        const news = { ...entry, pos: view.position + 1, expiresAt: 1e9 };
        const frame = frameOf(view.position, news);
        if (what === "use") view.use(keys[key]);
        else if (view.apply(what === "named" ? frame : printed(key, frame)) === "joined") joined.push(news);
        for (const [index, token] of tokens.entries()) {
          const expected = joined.some((each) => kills(each, token));
          assert.equal(view.isRevoked(token, "k"), expected);
          assert.equal(handles[index]?.isRevoked(), expected, "a handle says the same, whatever it said before");
        }
      }
    }),
    { numRuns: 500 },
  );
});

function kills({ kind, key, pos }: RevocationEntry, token: typeof claims): boolean {
  if (kind === "token") return token.jti === key;
  if (kind === "session" && token.sid !== key) return false;
  if (kind === "subject" && token.sub !== key) return false;
  return token.rvp < pos;
}

test("a token that was clean at any time hears of what came since, however much that is and in whatever batches", () => {
  const batches = [1, 3, 2000, 1, 4096, 1, 4097, 5, 2047, 2048, 2049, 9000, 1, 1];
  for (const silence of [0, 1, 2, 3, 5]) {
    const view = started("k1");
    for (const [turn, size] of [...batches, ...batches, ...batches].entries()) {
      const from = view.position;
      const names = Array.from({ length: size }, (_, at) => `n${from + at}`);
      const handles = [names[0], names.at(-1)].map((sid = "") => view.handleOf({ ...claims, sid }, "k"));
      assert.ok(handles.every((handle) => !handle.isRevoked()));
      // Others are heard of before and after, in small batches and large ones, and nobody asks meanwhile.
      const others = (): void => {
        for (let more = 0; more < silence; more++) {
          view.apply(frameOf(view.position, ...many(view.position, [1, 1500, 3000][(turn + more) % 3] ?? 1, "x")));
        }
      };
      others();
      view.apply(frameOf(view.position, ...names.map((name, at) => entryOf("session", name, view.position + at + 1))));
      others();
      assert.ok(
        handles.every((handle) => handle.isRevoked()),
        `batch of ${size}, ${silence} around it`,
      );
    }
  }
});

const many = (from: number, count: number, name: string): RevocationEntry[] =>
  Array.from({ length: count }, (_, at) => entryOf("session", `${name}${from + at}`, from + at + 1));
