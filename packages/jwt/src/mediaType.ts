/**
 * The form in which two values of `typ` compare (RFC 7515 §4.1.9): lower case, and with the `application/` that may be
 * left out. Undefined for text that is no media type, so that no other letter folds into an ASCII one.
 */
export function mediaType(typ: string): string | undefined {
  if (!/^[!#$&+\-.^_A-Za-z0-9]+(\/[!#$&+\-.^_A-Za-z0-9]+)?$/.test(typ)) return undefined;
  const lower = typ.toLowerCase();
  return lower.includes("/") ? lower : `application/${lower}`;
}
