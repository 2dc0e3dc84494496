import { Buffer } from "node:buffer";

/**
 * What `write` and `toString` of a Buffer end in, in Node, Bun and Deno alike. To ask directly saves a twentieth of an
 * HMAC. `length` must not be more than there is room for.
 */
export type Octets = {
  readonly latin1Write: (text: string, offset: number, length: number) => number;
  readonly utf8Write: (text: string, offset: number, length: number) => number;
  readonly base64urlWrite: (text: string, offset: number, length: number) => number;
  readonly utf8Slice: (start: number, end: number) => string;
  readonly base64urlSlice: (start: number, end: number) => string;
};

/** The same by the documented methods, for a runtime without the others. */
export const documentedOctets = (buffer: Buffer): Octets => ({
  latin1Write: (text, offset, length) => buffer.write(text, offset, length, "latin1"),
  utf8Write: (text, offset, length) => buffer.write(text, offset, length, "utf8"),
  base64urlWrite: (text, offset, length) => buffer.write(text, offset, length, "base64url"),
  utf8Slice: (start, end) => buffer.toString("utf8", start, end),
  base64urlSlice: (start, end) => buffer.toString("base64url", start, end),
});

const hasOctets = (buffer: Buffer): buffer is Buffer & Octets =>
  ["latin1Write", "utf8Write", "base64urlWrite", "utf8Slice", "base64urlSlice"].every(
    (name) => typeof Reflect.get(buffer, name) === "function",
  );

/** The fastest way to write into and read from a buffer. */
export const octets: (buffer: Buffer) => Octets = hasOctets(Buffer.alloc(0))
  ? (buffer) => buffer as Buffer & Octets
  : documentedOctets;
