import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { memory, sqlite } from "cardea";
import { postgres } from "../src/store/postgres/postgres.ts";
import { keyRaceConformance } from "./support/keyRaceConformance.ts";
import { type PostgresServer, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-keys-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

keyRaceConformance("memory", async () => memory());
keyRaceConformance("sqlite", async () => sqlite(join(folder, `${files++}.db`)));

whereInstalled([postgresSoftware], "keys in PostgreSQL", () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ fsync: false });
  });
  after(() => server.stop());
  keyRaceConformance("postgres", async () => postgres(await server.newSchema()));
});
