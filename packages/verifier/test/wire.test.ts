import assert from "node:assert/strict";
import { test } from "node:test";
import { StrictJsonError } from "@cardea/jwt/strict-json";
import {
  bearerChallenge,
  createEventParser,
  decodeFrame,
  decodeHead,
  encodeFrame,
  endpointUrl,
  type FeedEvent,
  type Frame,
  formatFeedEvent,
  formatPosition,
  parsePosition,
  problemBody,
  problems,
  readBearer,
  readFeedEvent,
} from "@cardea/verifier/wire";
import fc from "fast-check";
import { anyFrame } from "./anyFrame.ts";

test("a frame reads back as it was written, on one line", () => {
  fc.assert(
    fc.property(anyFrame(), (frame) => {
      const text = encodeFrame(frame);
      assert.doesNotMatch(text, /[\r\n]/);
      assert.deepEqual(decodeFrame(text), frame);
    }),
  );
});

const entry = { kind: "session", key: "s", pos: 2, expires_at: 9 };
const frame = { epoch: "e", from: 1, to: 2, entries: [entry] };

const badFrames: readonly (readonly [rule: string, frame: unknown])[] = [
  ["an array", [frame]],
  ["null", null],
  ["no epoch", { ...frame, epoch: undefined }],
  ["an epoch with a colon", { ...frame, epoch: "a:b" }],
  ["an epoch that is a number", { ...frame, epoch: 1 }],
  ["a negative from", { ...frame, from: -1 }],
  ["a fractional to", { ...frame, to: 2.5 }],
  ["from after to", { ...frame, from: 3, entries: [] }],
  ["a to beyond exact integers", { ...frame, to: 2 ** 53 }],
  ["entries that are an object", { ...frame, entries: {} }],
  ["an entry that is null", { ...frame, entries: [null] }],
  ["an unknown kind", { ...frame, entries: [{ ...entry, kind: "device" }] }],
  ["a kind from the prototype", { ...frame, entries: [{ ...entry, kind: "constructor" }] }],
  ["an empty key", { ...frame, entries: [{ ...entry, key: "" }] }],
  ["a key on all", { ...frame, entries: [{ ...entry, kind: "all", key: "x" }] }],
  ["a key that is a number", { ...frame, entries: [{ ...entry, key: 1 }] }],
  ["an entry at from", { ...frame, entries: [{ ...entry, pos: 1 }] }],
  ["an entry after to", { ...frame, entries: [{ ...entry, pos: 3 }] }],
  ["an expiry that is text", { ...frame, entries: [{ ...entry, expires_at: "9" }] }],
  ["no expiry", { ...frame, entries: [{ ...entry, expires_at: undefined }] }],
  ["issued_before that is null", { ...frame, entries: [{ ...entry, issued_before: null }] }],
  ["issued_before on a key", { ...frame, entries: [{ ...entry, kind: "key", issued_before: 1 }] }],
];

for (const [rule, value] of badFrames) {
  test(`refuses a frame with ${rule}: no part of it is skipped`, () => {
    assert.throws(() => decodeFrame(JSON.stringify(value)), TypeError);
  });
}

test("refuses to write a frame that could not be read", () => {
  const bad: Frame = { epoch: "e", from: 1, to: 2, entries: [{ kind: "token", key: "t", pos: 1, expiresAt: 0 }] };
  assert.throws(() => encodeFrame(bad), TypeError);
});

test("positions read back; anything else is undefined", () => {
  assert.deepEqual(parsePosition(formatPosition("Ab-1._~", 42)), { epoch: "Ab-1._~", pos: 42 });
  const bad = [
    "",
    ":",
    "e",
    "e:",
    ":1",
    "e:-1",
    "e:01",
    "e:1.5",
    "e:1e3",
    "e: 1",
    "e:1 ",
    "a:b:1",
    "e:9007199254740992",
    "é:1",
    "e\n:1",
  ];
  for (const text of bad) assert.equal(parsePosition(text), undefined, text);
  assert.throws(() => formatPosition("a:b", 1), TypeError);
  assert.throws(() => formatPosition("e", -1), TypeError);
});

test("every feed event reads back through the event stream", () => {
  const events: FeedEvent[] = [
    { type: "hello", epoch: "e", head: 7, heartbeatMs: 1000, maxTtlSeconds: 3600, format: "json" },
    {
      type: "frame",
      frame: { epoch: "e", from: 0, to: 7, entries: [{ kind: "all", key: "", pos: 7, expiresAt: 1, issuedBefore: 5 }] },
    },
    { type: "heartbeat", head: 7 },
    { type: "resync" },
    { type: "bye", retryMs: 250 },
  ];
  const stream = createEventParser().push(
    new TextEncoder().encode(events.map((event) => formatFeedEvent(event)).join("")),
  );
  assert.deepEqual(stream.map(readFeedEvent), events);
  assert.equal(stream[1]?.id, "e:7");
});

test("a feed event of an unknown name is skipped, a malformed one is refused", () => {
  assert.equal(readFeedEvent({ event: "c2", data: "{}", id: "" }), undefined);
  assert.equal(readFeedEvent({ event: "toString", data: "{}", id: "" }), undefined);
  const hello = { epoch: "e", head: 1, heartbeat_ms: 10, max_ttl_seconds: 10, format: "json" };
  const bad: readonly (readonly [event: string, data: unknown])[] = [
    ["hello", { ...hello, format: "binary" }],
    ["hello", { ...hello, heartbeat_ms: 0 }],
    ["hello", { ...hello, head: -1 }],
    ["hb", { head: "1" }],
    ["hb", []],
    ["bye", {}],
    ["r", {}],
  ];
  for (const [event, data] of bad) {
    assert.throws(() => readFeedEvent({ event, data: JSON.stringify(data), id: "" }), TypeError, event);
  }
  assert.throws(() => readFeedEvent({ event: "r", data: "{", id: "" }), StrictJsonError);
});

test("the answer of the head endpoint is checked", () => {
  assert.deepEqual(decodeHead('{"epoch":"e","head":3}'), { epoch: "e", head: 3 });
  for (const bad of ["{}", "[]", "null", '{"epoch":"e"}', '{"epoch":"e","head":-1}', '{"epoch":"","head":1}']) {
    assert.throws(() => decodeHead(bad), TypeError, bad);
  }
});

test("what is not JSON, or names a member twice, is refused without being quoted", () => {
  for (const text of ["Basic c2VjcmV0", '{"epoch":"secret","epoch":"e","head":3}', '"secret']) {
    const refuse = (read: (text: string) => unknown) =>
      assert.throws(
        () => read(text),
        (fault) => fault instanceof Error && !/c2VjcmV0|secret/.test(fault.message),
      );
    refuse(decodeHead);
    refuse(decodeFrame);
    refuse((data) => readFeedEvent({ event: "hello", data, id: "" }));
  }
});

test("endpoints are relative to the issuer, with or without a trailing slash", () => {
  assert.equal(endpointUrl("https://a.test/auth", "/introspect"), "https://a.test/auth/introspect");
  assert.equal(endpointUrl("https://a.test/auth/", "/introspect"), "https://a.test/auth/introspect");
});

const headers: readonly (readonly [header: string | string[] | undefined, expected: string])[] = [
  [undefined, "missing_token"],
  ["", "missing_token"],
  [[], "missing_token"],
  ["Basic dTpw", "missing_token"],
  ["Bearertoken", "missing_token"],
  ["Bearer", "malformed_token"],
  ["Bearer ", "malformed_token"],
  ["Bearer a b", "malformed_token"],
  ["Bearer a, Bearer b", "invalid_request"],
  ["Bearer a,Basic dTpw", "invalid_request"],
  ["Basic dTpw, Bearer a", "invalid_request"],
  ['Bearer {"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}', "malformed_token"],
  ["Bearer a,b", "malformed_token"],
  ["Bearer a\tb", "malformed_token"],
  ["Bearer \u00e4", "malformed_token"],
  ["Bearer =a", "malformed_token"],
  [["Bearer a", "Bearer b"], "invalid_request"],
  [["Bearer a", "Basic b"], "invalid_request"],
  ["Bearer a.b.c", "token a.b.c"],
  [["Bearer a.b.c"], "token a.b.c"],
  ["bearer a.b.c", "token a.b.c"],
  ["BEARER   a-._~+/==", "token a-._~+/=="],
];

for (const [header, expected] of headers) {
  test(`an Authorization header ${JSON.stringify(header)} gives ${expected}`, () => {
    const { token, refusal } = readBearer(header);
    assert.equal(refusal ?? `token ${token}`, expected);
  });
}

test("a challenge names an error only if a credential was sent", () => {
  assert.equal(bearerChallenge("missing_token"), "Bearer");
  assert.equal(bearerChallenge("missing_token", { realm: 'a"b' }), 'Bearer realm="a\\"b"');
  assert.equal(
    bearerChallenge("invalid_token", { realm: "r" }),
    'Bearer realm="r", error="invalid_token", error_description="The access token is not valid"',
  );
  assert.match(
    bearerChallenge("reauthentication_required", { maxAgeSeconds: 600 }),
    /^Bearer error="insufficient_user_authentication", error_description="[^"]+", max_age="600"$/,
  );
  assert.throws(() => bearerChallenge("missing_token", { realm: "a\r\nb" }), TypeError);
});

test("a problem's own members cannot be replaced by extensions", () => {
  assert.deepEqual(problemBody("invalid_token", { status: 200, code: "x", request_id: "r" }), {
    type: "about:blank",
    title: problems.invalid_token.title,
    status: 401,
    code: "invalid_token",
    request_id: "r",
  });
});
