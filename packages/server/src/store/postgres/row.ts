/**
 * A row as PostgreSQL gives it with `to_json`: its integers are numbers without a parser for each type, and columns that a newer
 * version adds break no prepared statement.
 */
export type Row = Readonly<Record<string, unknown>>;

/** A column that the schema declares text NOT NULL. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`Column ${column} holds no text.`);
  return value;
}

/** A column that the schema declares bigint NOT NULL. Throws rather than round. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new TypeError(`Column ${column} holds no integer that is exact as a number.`);
  }
  return value;
}

/** A column that the schema declares text[] NOT NULL. */
export function textList(row: Row, column: string): readonly string[] {
  const value = row[column];
  if (!Array.isArray(value)) throw new TypeError(`Column ${column} holds no list.`);
  return value.map(String);
}

/** A column that the schema declares text, which may be NULL. */
export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null ? undefined : text(row, column);

/** A column that the schema declares bigint, which may be NULL. */
export const optionalInteger = (row: Row, column: string): number | undefined =>
  row[column] === null ? undefined : integer(row, column);

/** A column that holds a JSON object, or a whole row. */
export function object(row: Row, column: string): Row {
  const value = row[column];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Column ${column} holds no object.`);
  }
  return value as Row;
}

/** A column that holds a row, or NULL. */
export const optionalObject = (row: Row, column: string): Row | undefined =>
  row[column] === null ? undefined : object(row, column);

/** A column that holds rows. */
export function objects(row: Row, column: string): readonly Row[] {
  const value = row[column];
  if (!Array.isArray(value)) throw new TypeError(`Column ${column} holds no rows.`);
  return value;
}
