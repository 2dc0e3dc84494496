import assert from "node:assert/strict";
import { test } from "node:test";
import { createEventParser, formatEvent, parseEvents, type ServerEvent } from "@cardea/verifier/wire";
import fc from "fast-check";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const parse = (stream: Uint8Array, cuts: readonly number[] = []): ServerEvent[] => {
  const parser = createEventParser();
  const edges = [0, ...cuts, stream.length];
  return edges.slice(1).flatMap((end, index) => [...parser.push(stream.subarray(edges[index], end))]);
};

const event = (data: string, name = "message", id = ""): ServerEvent => ({ event: name, data, id });

const streams: readonly (readonly [rule: string, stream: string, expected: readonly ServerEvent[]])[] = [
  ["one data line", "data: a\n\n", [event("a")]],
  ["several data lines are joined", "data: a\ndata\ndata: b\n\n", [event("a\n\nb")]],
  ["only one space after the colon is eaten", "data:  a\ndata:b\n\n", [event(" a\nb")]],
  ["CR ends lines", "data: a\rdata: b\r\rdata: c\r\r", [event("a\nb"), event("c")]],
  ["CRLF ends lines", "event: r\r\ndata: é€😀\r\n\r\n", [event("é€😀", "r")]],
  ["all line ends in one stream", "data: a\r\n\ndata: b\n\rdata: c\r\r\n", [event("a"), event("b"), event("c")]],
  ["comments and unknown fields are skipped", ": hello\nretry: 5\nfoo: bar\ndata: a\n\n", [event("a")]],
  ["an event without data is not dispatched", "event: r\n\ndata: a\n\n", [event("a")]],
  [
    "the id stays until the next one",
    "id: e:1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    [event("a", "message", "e:1"), event("b", "message", "e:1"), event("c")],
  ],
  ["an id with NUL is ignored", "id: 1\nid: 2\0\ndata: a\n\n", [event("a", "message", "1")]],
  ["a byte order mark at the start is skipped", "\uFEFFdata: a\n\n", [event("a")]],
  ["what the end cuts short is dropped", "data: a\n\ndata: b\n", [event("a")]],
];

for (const [rule, stream, expected] of streams) {
  test(`server-sent events: ${rule}, wherever the stream is cut`, () => {
    const whole = bytes(stream);
    assert.deepEqual(parse(whole), expected);
    for (let cut = 0; cut <= whole.length; cut++) assert.deepEqual(parse(whole, [cut]), expected, `cut at ${cut}`);
    assert.deepEqual(parse(whole, Array.from(whole.keys())), expected, "byte by byte");
  });
}

test("reads back every event it writes, however the stream is cut", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0]/g, ""));
  const anyEvent = fc.record(
    {
      event: line.filter((text) => text !== ""),
      id: line,
      data: fc.array(line, { minLength: 1 }).map((l) => l.join("\n")),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(anyEvent), fc.array(fc.nat()), (events, cuts) => {
      const stream = bytes(events.map(formatEvent).join(""));
      const sorted = cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b);
      assert.deepEqual(parse(stream, sorted), events);
    }),
  );
});

test("parseEvents reads an async stream of chunks", async () => {
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of ["data: a\n", "\ndata: b\n\n"]) controller.enqueue(bytes(part));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const parsed of parseEvents(chunks)) events.push(parsed);
  assert.deepEqual(events, [event("a"), event("b")]);
});

test("refuses an event longer than allowed, as one line or as many", () => {
  const push = (text: string) => () => createEventParser({ maxEventChars: 100 }).push(bytes(text));
  assert.throws(push("data: ".padEnd(200, "x")), RangeError);
  assert.throws(push("data: 123456789\n".repeat(20)), RangeError);
  assert.doesNotThrow(push("data: 123456789\n\n".repeat(20)));
});

test("an event name or id cannot smuggle a second line", () => {
  for (const bad of ["a\nb", "a\rb", "a\0b"]) {
    assert.throws(() => formatEvent({ event: bad, data: "" }), TypeError);
    assert.throws(() => formatEvent({ event: "r", id: bad, data: "" }), TypeError);
  }
});
