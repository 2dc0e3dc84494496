/**
 * The word that names an error: Redis's own (`OOM`, `LOADING`, …) or the system's (`ECONNREFUSED`). Nothing of the rest, since
 * Redis repeats arguments; what node-redis says itself has no such word and holds none.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return /^[A-Z]{2,}(?= )/.exec(error.message)?.[0] ?? error.message.slice(0, 100);
}

/** A refusal of this command and no other: Redis is full and takes nothing in, or its access list has a gap. It answers all the same. */
export const isOneCommand = (error: unknown): boolean => /^(?:OOM|NOPERM)$/.test(codeOf(error));

/** Time does not heal it: credentials, a database or a kind of server that is not there. */
export const isWrongSetting = (error: unknown): boolean => error instanceof Error && wrongSetting.test(error.message);

const wrongSetting =
  /^(?:WRONGPASS|NOAUTH|NOPERM|ERR .*(?:AUTH|password|DB index|cluster support disabled|unknown command 'SENTINEL'))/;
