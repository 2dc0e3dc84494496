import type { SQLOutputValue } from "node:sqlite";

/** A row as node:sqlite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A column that the schema declares TEXT NOT NULL. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`Column ${column} holds no text.`);
  return value;
}

/** A column that the schema declares INTEGER NOT NULL. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`Column ${column} holds no integer.`);
  return value;
}

/** A column that holds a JSON array of strings. */
export function textList(row: Row, column: string): readonly string[] {
  const value: unknown = JSON.parse(text(row, column));
  if (!Array.isArray(value)) throw new TypeError(`Column ${column} holds no list.`);
  return value.map(String);
}

/** A column that the schema declares TEXT, which may be NULL. */
export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null ? undefined : text(row, column);

/** A column that the schema declares INTEGER, which may be NULL. */
export const optionalInteger = (row: Row, column: string): number | undefined =>
  row[column] === null ? undefined : integer(row, column);

/** A column that holds a JSON object. */
export function jsonObject(row: Row, column: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text(row, column));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Column ${column} holds no object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Undefined members as NULL, which is how SQLite is told that there is nothing. */
export const nullable = <T>(value: T | undefined): T | null => value ?? null;
