import type { LogConnection } from "./connection.ts";

/** So often it is looked whether another process has written. A look costs some microseconds and reads nothing of the file. */
const lookEveryMs = 20;

/** Calls when another process has appended to the log. Returns how to stop. */
export function watchRevocations(
  { database, log }: Pick<LogConnection, "database" | "log">,
  onChange: () => void,
): () => void {
  // It counts what other connections commit to the file, whatever that is; so then the head is looked at.
  const count = database.prepare("PRAGMA data_version");
  let version: unknown;
  let head = "";

  const look = (): void => {
    const seen = count.get()?.data_version;
    if (seen === version) return;
    version = seen;
    const { epoch, pos } = log.head();
    const next = `${epoch}:${pos}`;
    if (next === head) return;
    head = next;
    onChange();
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch {
      // Whoever reads the log meets the same, and tells.
    }
  }, lookEveryMs).unref();
  return () => clearInterval(timer);
}
