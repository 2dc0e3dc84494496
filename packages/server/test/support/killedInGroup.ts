import { DatabaseSync } from "node:sqlite";
import { openTransactions } from "../../src/store/sqlite/transaction.ts";

/**
 * A program: wants three rows in one turn, in the file it is given, and kills itself before the piece of SQL of that number, the
 * first of the transaction being 1. It prints each row of which it has heard that it is there.
 */
const [file = "", fatal] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY) STRICT; DELETE FROM t");

let statements = 0;
const exec: (sql: string) => void = Reflect.get(DatabaseSync.prototype, "exec");
Reflect.set(DatabaseSync.prototype, "exec", function counted(this: DatabaseSync, sql: string): void {
  statements += 1;
  if (statements === Number(fatal)) process.kill(process.pid, "SIGKILL");
  Reflect.apply(exec, this, [sql]);
});

const { transact, end } = openTransactions(database);
for (const id of [1, 2, 3]) {
  const insert = (): void => database.exec(`INSERT INTO t VALUES (${id})`);
  void transact(insert).then(() => process.stdout.write(`${id}\n`));
}
await end();
process.stdout.write(`of ${statements}\n`);
