/**
 * What is amiss in the answer to `INFO memory`; undefined: nothing, or it cannot be told. A Redis that evicts keys to make room
 * harms no session, since the record is behind each row, but a counter that is evicted is a limit that begins anew.
 */
export function memoryFinding(info: unknown): string | undefined {
  if (typeof info !== "string") return undefined;
  const setting = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const policy = setting("maxmemory_policy");
  if (setting("maxmemory") === "0" || policy === undefined || policy === "noeviction") return undefined;
  return `Redis evicts keys when it is full (maxmemory-policy ${policy}), and with them counts of attempts, so limits begin anew. Set maxmemory-policy to noeviction.`;
}
