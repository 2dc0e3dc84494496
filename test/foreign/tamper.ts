/** A token with one thing changed under the old signature, or one bit of the signature. */
export function tamperedForms(token: string): readonly (readonly [what: string, token: string])[] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [
    ["a claim", `${header}.${withMember(payload, { sub: "victim" })}.${signature}`],
    ["the header", `${withMember(header, { added: true })}.${payload}.${signature}`],
    ["the first bit of the signature", `${header}.${payload}.${withBitFlipped(signature, 0, 0x80)}`],
    ["the last bit of the signature", `${header}.${payload}.${withBitFlipped(signature, -1, 0x01)}`],
  ];
}

/** Somebody else's name over the old signature. */
export const tampered = (token: string): string => tamperedForms(token)[0]?.[1] ?? "";

/** A segment of JSON with a member added or replaced. */
export function withMember(segment: string, member: object): string {
  const object: object = JSON.parse(Buffer.from(segment, "base64url").toString());
  return Buffer.from(JSON.stringify({ ...object, ...member })).toString("base64url");
}

/** A segment with one bit of it flipped; a negative index counts from the end. */
export function withBitFlipped(segment: string, index: number, bit: number): string {
  const bytes = Buffer.from(segment, "base64url");
  const at = bytes.length === 0 ? 0 : (index + bytes.length) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ bit;
  return bytes.toString("base64url");
}
