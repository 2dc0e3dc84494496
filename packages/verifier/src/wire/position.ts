/** A place in the revocation log: positions are only comparable within one epoch. */
export type Position = { readonly epoch: string; readonly pos: number };

/** Carries a position: from the issuer when something was revoked, and from whoever wants that to hold for the next request. */
export const positionHeader = "Revocation-Position";

/** Writes `<epoch>:<pos>`, the form used in `Last-Event-ID` and in the `id` of feed events. Throws a TypeError on a value that could not be read back. */
export function formatPosition(epoch: string, pos: number): string {
  if (!isEpoch(epoch)) throw new TypeError("formatPosition: an epoch is 1 to 128 characters of A-Z a-z 0-9 . _ ~ -");
  if (!isPos(pos)) throw new TypeError("formatPosition: a position is a safe integer from 0");
  return `${epoch}:${pos}`;
}

/** Reads what `formatPosition` wrote; undefined for anything else, because it arrives in a header from outside. */
export function parsePosition(text: string): Position | undefined {
  const colon = text.indexOf(":");
  const epoch = text.slice(0, Math.max(colon, 0));
  const digits = text.slice(colon + 1);
  if (!isEpoch(epoch) || !/^(?:0|[1-9][0-9]{0,15})$/.test(digits)) return undefined;
  const pos = Number(digits);
  return isPos(pos) ? { epoch, pos } : undefined;
}

/** True for an epoch name that is safe in a header, a query and a log line. */
export function isEpoch(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9._~-]{1,128}$/.test(value);
}

/** True for a log position: a safe integer from 0. */
export function isPos(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
