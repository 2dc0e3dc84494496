/** True for a JSON object: not null, not an array. Member values stay `unknown` until each is checked. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
