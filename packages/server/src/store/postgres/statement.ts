/** One run of a prepared statement. PostgreSQL parses and plans it once a connection, under its name. */
export type Call = { readonly name: string; readonly text: string; readonly values: unknown[] };

/** A prepared statement, to be called with the values of `$1`, `$2` and so on. Its name is its own. */
export const statement =
  (name: string, text: string): ((...values: unknown[]) => Call) =>
  (...values) => ({ name, text, values });

/** A column by its name, and whether it is of the type json. */
export type Column = string | { readonly json: string };

/** Inserts any number of rows at once; their members are named as the columns. `conflict` is the ON CONFLICT clause. */
export function insertion(table: string, columns: readonly Column[], conflict = ""): (rows: readonly object[]) => Call {
  // The columns are named, so that those that a newer version adds get their defaults.
  const insert = statement(
    `insert_${table}`,
    `INSERT INTO ${table} (${columns.map(nameOf).join(", ")}) SELECT ${columns.map(expressionOf).join(", ")}
     FROM json_populate_recordset(NULL::${table}, $1) ${conflict}`,
  );
  return (rows) => insert(rowsAsJson(rows));
}

const nameOf = (column: Column): string => (typeof column === "string" ? column : column.json);

/** JSON comes as a text within the JSON of the row: what reads the row would refuse an escaped NUL, which JSON may hold. */
const expressionOf = (column: Column): string =>
  typeof column === "string" ? column : `(${column.json} #>> '{}')::json`;

/** The ON CONFLICT clause that gives a row that is there already new values in these columns. */
export const orUpdate = (key: string, columns: readonly Column[]): string =>
  `ON CONFLICT (${key}) DO UPDATE SET ${columns
    .map(nameOf)
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")}`;

/** Rows as `json_populate_recordset` reads them: `createdAt` is the column `created_at`, and what is undefined is NULL. */
export const rowsAsJson = (rows: readonly object[]): string => JSON.stringify(rows.map(columnsOf));

const columnsOf = (row: object): object =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), storable(value)]));

const columnOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * A value as PostgreSQL can keep it. It refuses text with NUL or half a surrogate pair, both of which a client can send (as its
 * name, say), so they become U+FFFD. An object is JSON, which keeps both as escapes.
 */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\uFFFD").toWellFormed();
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** Whether a value can be in a row at all. */
export const isStorable = (value: unknown): boolean => typeof value !== "string" || storable(value) === value;
