import { DatabaseError } from "pg";
import { ConfigurationError, StoreBusyError } from "../../refusal.ts";

/** What failed, by name, and how: the server refused it, or the connection broke. */
export type Failure = { readonly what: string; readonly error: unknown };

/** Whether the server undid the transaction because another was in its way: serialization_failure, deadlock_detected. The same again may go through. */
export const isConflict = ({ error }: Failure): boolean => isOneOf(error, ["40001", "40P01"]);

/** Whether the uniqueness that `constraint` demands was broken: unique_violation. */
export const isTaken = ({ error }: Failure, constraint: string): boolean =>
  isOneOf(error, ["23505"]) && error.constraint === constraint;

/** Whether it was the connection, or nobody answered; the server has not refused anything. */
export const isBroken = ({ error }: Failure): boolean => !(error instanceof DatabaseError);

/** Whether the server itself said that the transaction is undone. It does not say so when it shuts down, and the network says nothing. */
export const isUndone = ({ error }: Failure): boolean => error instanceof DatabaseError && !isOneOf(error, shutdowns);

/**
 * What the store throws for a failure. Server gone, starting, full, read-only or too slow: `StoreBusyError`, since the same may
 * go through later. Nobody let in, or too little allowed: `ConfigurationError`. None carries more of the server's text than names,
 * since the rest can hold values of rows.
 */
export function failureError({ what, error }: Failure): Error {
  if (!(error instanceof DatabaseError)) {
    return new StoreBusyError(
      `PostgreSQL cannot be reached, or all connections to it are in use (${reasonOf(error)}).`,
    );
  }
  const { code = "", constraint, table, column } = error;
  if (isPassing(error)) return new StoreBusyError(`PostgreSQL cannot serve this now (SQLSTATE ${code}).`);
  if (/^(?:28|3D)/.test(code)) {
    return new ConfigurationError(
      `PostgreSQL lets nobody in by this URL (SQLSTATE ${code}). Check its user, password and database.`,
    );
  }
  // Errors of class 42 speak of names and privileges only.
  const facts = [code, constraint, table, column, code.startsWith("42") ? error.message : undefined].filter(Boolean);
  const message = `PostgreSQL refused "${what}" (SQLSTATE ${facts.join(", ")}).`;
  return code === "42501" ? new ConfigurationError(`${message} Grant it to the user of the URL.`) : new Error(message);
}

/** COMMIT was sent, and no answer came. That is no success; nor is it tried again, since it may be done. */
export const unknownOutcome = (): StoreBusyError =>
  new StoreBusyError("The connection to PostgreSQL broke during a commit; whether it was done is not known.");

const isOneOf = (error: unknown, codes: readonly string[]): error is DatabaseError =>
  error instanceof DatabaseError && codes.includes(error.code ?? "");

/** admin_shutdown, crash_shutdown, cannot_connect_now: the connection ends, whatever it was doing. */
const shutdowns = ["57P01", "57P02", "57P03"];

/** query_canceled and lock_not_available are time-outs; read_only_sql_transaction is a standby after a failover. */
const passing = [...shutdowns, "57014", "55P03", "25P03", "25006", "40001", "40P01"];

/** Class 08: connection exceptions; class 53: no resources, such as a full disk or too many connections. */
const isPassing = (error: DatabaseError): boolean => /^(?:08|53)/.test(error.code ?? "") || isOneOf(error, passing);

/** A name such as ECONNREFUSED, or the driver's own words. Neither holds a credential. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
