/** A parameter after the `?`, if it is there exactly once and not too long: pages ignore what they cannot use. */
export function parameterOf(request: Request, name: string): string | undefined {
  const [value, ...more] = new URL(request.url).searchParams.getAll(name);
  return more.length > 0 || value === undefined || value.length > 2048 ? undefined : value;
}

/** Those that have a value, as a query with its `?`; nothing without any. */
export function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? "" : `?${query}`;
}
