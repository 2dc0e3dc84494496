import { writeSync } from "node:fs";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { sqlite } from "cardea";
import { testAuth } from "cardea/testing";
import { oneSessionOptions } from "./oneSession.ts";

/**
 * A program: sends one request to an issuer on the SQLite file it is given, and kills itself before the statement of that
 * number, the first of the request being 1. It says the answer; and if it lives on, how many statements there were.
 */
const { file, path, body, bearer, fatal }: Record<string, string> & { readonly body?: object; readonly fatal: number } =
  JSON.parse(process.argv[2] ?? "");

let statements = Number.NEGATIVE_INFINITY;

function count(): void {
  statements += 1;
  if (statements === fatal) process.kill(process.pid, "SIGKILL");
}

/** Looking whether somebody else has written goes on all the time, and is part of no change. */
const looks = new WeakSet<object>();
const prepare: (sql: string) => object = Reflect.get(DatabaseSync.prototype, "prepare");
Reflect.set(DatabaseSync.prototype, "prepare", function noted(this: object, sql: string): object {
  const made: object = Reflect.apply(prepare, this, [sql]);
  if (sql === "PRAGMA data_version") looks.add(made);
  return made;
});

/** Whatever goes to SQLite goes through one of these. */
for (const [owner, names] of [
  [DatabaseSync.prototype, ["exec"]],
  [StatementSync.prototype, ["run", "get", "all"]],
] as const) {
  for (const name of names) {
    const original: (...given: unknown[]) => unknown = Reflect.get(owner, name);
    Reflect.set(owner, name, function counted(this: object, ...given: unknown[]): unknown {
      if (!looks.has(this)) count();
      return Reflect.apply(original, this, given);
    });
  }
}

const { auth } = await testAuth(oneSessionOptions(sqlite(file ?? "")));
await auth.settled();
const headers = {
  ...(body && { "content-type": "application/json" }),
  ...(bearer !== undefined && { authorization: bearer }),
};
statements = 0;
const request = { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) };
const response = await auth.fetch(new Request(`https://issuer.test/auth${path}`, request));
writeSync(1, `${JSON.stringify({ status: response.status, statements })}\n`);
await auth.settled();
process.kill(process.pid, "SIGKILL");
