import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { SecurityEvent } from "../src/event.ts";
import { account } from "../src/store/conformance/subject.ts";
import type { Store } from "../src/store/ports.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import { realWorld } from "../src/world.ts";
import { eventually } from "./support/servers/eventually.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

const entry = { kind: "session", key: "s1", expiresAt: 1_900_000_000_000 } as const;
const listeners = "SELECT pid FROM pg_stat_activity WHERE application_name = 'cardea, waiting for revocations'";

whereInstalled([postgresSoftware], "being woken by PostgreSQL", () =>
  describe("a process that watches the log in PostgreSQL", () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres({ fsync: false });
    });
    after(() => server.stop());

    const opened = async (
      url: string,
    ): Promise<{ readonly store: Store; readonly events: readonly SecurityEvent[] }> => {
      const events: SecurityEvent[] = [];
      return { store: await postgres(url).open(realWorld, { onEvent: (event) => events.push(event) }), events };
    };

    /** Appends until a call comes, since what is told while nobody can hear is not heard. */
    const isWoken = async (store: Store, by: Store): Promise<void> => {
      let calls = 0;
      const stop = store.revocations.watch(() => {
        calls += 1;
      });
      await eventually("it listens", () => calls > 0);
      const before = calls;
      await by.revocations.append([entry]);
      await eventually("it is woken", () => calls > before);
      stop();
    };

    test("listens by one connection however many watch, and by none when nobody does", async () => {
      const url = await server.newDatabase();
      const [{ store }, other] = [await opened(url), await opened(url)];
      assert.deepEqual(await runSql(url, listeners), []);
      const calls = [0, 0];
      const stops = [0, 1].map((index) =>
        store.revocations.watch(() => {
          calls[index] = (calls[index] ?? 0) + 1;
        }),
      );
      await eventually("both are called", () => calls.every((count) => count > 0));
      assert.equal((await runSql(url, listeners)).length, 1);
      for (const stop of stops) stop();
      await eventually("the connection is gone", async () => (await runSql(url, listeners)).length === 0);
      await isWoken(store, other.store);
      await store.close();
      await other.store.close();
      await eventually("closing leaves none", async () => (await runSql(url, listeners)).length === 0);
    });

    test("is woken again after its connection was ended, and after the server was killed", async () => {
      const url = await server.newDatabase();
      const [{ store, events }, other] = [await opened(url), await opened(url)];
      let calls = 0;
      const stop = store.revocations.watch(() => {
        calls += 1;
      });
      const wakes = async (): Promise<void> => {
        const before = calls;
        await eventually("it is woken", async () => {
          await other.store.revocations.append([entry]).catch(() => undefined);
          return calls > before;
        });
      };
      await wakes();
      await runSql(url, `SELECT pg_terminate_backend(pid) FROM (${listeners}) AS listening`);
      await eventually("it listens anew", async () => (await runSql(url, listeners)).length === 1);
      await wakes();
      await server.kill();
      await server.restart();
      await eventually("it listens anew", async () => (await runSql(url, listeners)).length === 1);
      await wakes();
      stop();
      assert.deepEqual(events, []);
      await Promise.all([store.close(), other.store.close()]);
    });

    test("is woken by nothing that is not committed yet", async () => {
      const url = await server.newDatabase();
      const store = await postgres(url, { statementTimeoutMs: 60_000 }).open(realWorld);
      await store.people.register("new@example.com", () => ({ answer: 0, account: account("new") }));
      const holder = await holdingCommits(url);
      const changes: readonly (() => Promise<unknown>)[] = [
        () => store.people.change({ accountId: "account-new" }, () => ({ answer: 0, revocations: [entry] })),
        () => store.revocations.append([entry]),
      ];
      for (const change of changes) {
        await holder.hold();
        const changed = change();
        await eventually("its commit waits", async () => (await runSql(url, waiting)).length === 1);
        // Too short on a busy machine, it would show less, and fail no more often.
        await delay(100);
        assert.equal(await holder.heard(), 0, `${change}`);
        await holder.letGo();
        await changed;
        await eventually("it is told", async () => (await holder.heard()) > 0);
      }
      await holder.end();
      await store.close();
    });

    test("says once that it is not woken where notifications do not arrive, and goes on", async () => {
      const url = await server.newDatabase();
      const wire = await startDeafWire(server.port);
      const { store, events } = await opened(url.replace(String(server.port), String(wire.port)));
      const stop = store.revocations.watch(() => undefined);
      await eventually("it is told", () => events.length > 0);
      assert.match(
        JSON.stringify(events.map((event) => event.type === "fault" && String(event.error))),
        /LISTEN hears nothing/,
      );
      await store.revocations.append([entry]);
      assert.equal((await store.revocations.read(0, 9)).head.pos, 1);
      stop();
      await store.close();
      assert.equal(events.length, 1);
      wire.close();
    });
  }),
);

const waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";

/** Makes each commit that appends to the log wait for a lock, and listens to what is told meanwhile. */
async function holdingCommits(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  let heard = 0;
  client.on("notification", () => {
    heard += 1;
  });
  await client.query(`
    CREATE FUNCTION wait_for_holder() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER held AFTER INSERT ON revocations DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_for_holder();
    LISTEN cardea_revocations`);
  return {
    hold: async () => {
      heard = 0;
      await client.query("SELECT pg_advisory_lock(7)");
    },
    letGo: () => client.query("SELECT pg_advisory_unlock(7)"),
    /** What was told is there before the answer to a question. */
    heard: () => client.query("SELECT 1").then(() => heard),
    end: () => client.end(),
  };
}

/** A wire that swallows the server's notifications, as a pooler does that lends the connection to others between transactions. */
async function startDeafWire(target: number): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    let rest: Buffer = Buffer.alloc(0);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      // A message is a letter and a length that counts itself.
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        const end = rest.readInt32BE(1) + 1;
        if (rest[0] !== "A".charCodeAt(0)) near.write(rest.subarray(0, end));
        rest = rest.subarray(end);
      }
    });
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
