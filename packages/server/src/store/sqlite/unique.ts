/** Runs an insert; a broken uniqueness rule is an answer, everything else a fault. */
export function insertUnlessTaken(insert: () => unknown): "inserted" | "taken" {
  try {
    insert();
    return "inserted";
  } catch (error) {
    if (isUniqueViolation(error)) return "taken";
    throw error;
  }
}

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (error.errcode === 2067 || error.errcode === 1555);
