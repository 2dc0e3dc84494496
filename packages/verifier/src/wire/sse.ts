/** One server-sent event. `id` is the last id seen on the stream, as the standard has it; "" if there was none. */
export type ServerEvent = { readonly event: string; readonly data: string; readonly id: string };

/** Turns bytes into events, however the network cut them. */
export type EventParser = { readonly push: (bytes: Uint8Array) => readonly ServerEvent[] };

/** Writes one event of a `text/event-stream`. Throws a TypeError if `event` or `id` holds a line break or a NUL. */
export function formatEvent({ event, id, data }: { event: string; id?: string; data: string }): string {
  const lines = [`event: ${oneLine(event)}`];
  if (id !== undefined) lines.push(`id: ${oneLine(id)}`);
  for (const line of data.split(/\r\n|\r|\n/)) lines.push(`data: ${line}`);
  return `${lines.join("\n")}\n\n`;
}

/** Reads a whole stream; ends with it. An event that the end cuts short is dropped, as the standard asks. Throws where `push` does. */
export async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  options?: { maxEventChars?: number },
): AsyncGenerator<ServerEvent, void, undefined> {
  const parser = createEventParser(options);
  for await (const chunk of chunks) yield* parser.push(chunk);
}

/**
 * An incremental parser by the rules of the HTML standard, section 9.2.6: CR, LF and CRLF, several data lines, comments, a
 * byte order mark. `push` throws a RangeError once one event exceeds `maxEventChars`, so a peer cannot fill the memory.
 */
export function createEventParser({ maxEventChars = 64 * 1024 * 1024 }: { maxEventChars?: number } = {}): EventParser {
  const decoder = new TextDecoder("utf-8");
  const readLine = createLineReader(maxEventChars);
  let pending = "";
  let afterCarriageReturn = false;

  const push = (bytes: Uint8Array): readonly ServerEvent[] => {
    const text = decoder.decode(bytes, { stream: true });
    const events: ServerEvent[] = [];
    let start = 0;
    for (const { index, 0: mark } of text.matchAll(/[\r\n]/g)) {
      const secondHalfOfCrLf = mark === "\n" && index === start && afterCarriageReturn && pending === "";
      if (!secondHalfOfCrLf) {
        const event = readLine(pending + text.slice(start, index));
        if (event !== undefined) events.push(event);
        pending = "";
      }
      afterCarriageReturn = mark === "\r";
      start = index + 1;
    }
    pending += text.slice(start);
    if (pending !== "") afterCarriageReturn = false;
    if (pending.length > maxEventChars) throw tooLong();
    return events;
  };
  return { push };
}

function createLineReader(maxEventChars: number): (line: string) => ServerEvent | undefined {
  let event = "";
  let id = "";
  let data: string[] = [];
  let size = 0;

  const dispatch = (): ServerEvent | undefined => {
    const ready = data.length === 0 ? undefined : { event: event || "message", data: data.join("\n"), id };
    event = "";
    data = [];
    size = 0;
    return ready;
  };

  return (line) => {
    if (line === "") return dispatch();
    const { field, value } = splitField(line);
    if (field === "event") event = value;
    if (field === "id" && !value.includes("\0")) id = value;
    if (field === "data") {
      data.push(value);
      size += value.length + 1;
      if (size > maxEventChars) throw tooLong();
    }
    return undefined;
  };
}

function splitField(line: string): { field: string; value: string } {
  const colon = line.indexOf(":");
  if (colon === -1) return { field: line, value: "" };
  const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
  return { field: line.slice(0, colon), value };
}

function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError("formatEvent: event and id are single lines without NUL");
  return text;
}

const tooLong = (): RangeError => new RangeError("server-sent event longer than allowed");
