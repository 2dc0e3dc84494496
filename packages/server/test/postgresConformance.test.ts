import { after, before } from "node:test";
import { storeConformance } from "cardea/store-conformance";
import { postgres } from "../src/store/postgres/postgres.ts";
import { realWorld } from "../src/world.ts";
import { type PostgresServer, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

whereInstalled([postgresSoftware], "the store in PostgreSQL", () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ fsync: false });
  });
  after(() => server.stop());

  storeConformance(
    "postgres",
    async () => {
      const store = await postgres(await server.newSchema()).open(realWorld);
      // While connections are being made, whoever has one first is alone; races begin with all of them.
      await Promise.all(Array.from({ length: 20 }, () => store.revocations.read(0, 1)));
      return store;
    },
    async () => {
      // Notifications are of a database.
      const url = await server.newDatabase();
      return [await postgres(url).open(realWorld), await postgres(url).open(realWorld)];
    },
  );
});
