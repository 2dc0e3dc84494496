import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { type AuthOptions, memory, postgres, realWorld, redis, type StoreFactory, sqlite } from "cardea";
import { type PostgresServer, startPostgres } from "#servers/postgresServer.ts";
import { startRedis } from "#servers/redisServer.ts";
import { postgresSoftware, redisSoftware, type Software, whereInstalled } from "#servers/software.ts";

/** The options of an issuer that say where it keeps things: a fresh, empty place each time. */
export type Places = Pick<AuthOptions, "store" | "sessions" | "secret">;

/** One way to keep things. */
type Setup = {
  readonly name: string;
  readonly needs: readonly Software[];
  /** Starts what it needs, on free ports. */
  readonly start: () => Promise<{ readonly places: () => Promise<Places>; readonly stop: () => Promise<void> }>;
};

const nothing = async (): Promise<void> => undefined;
const secret = new Uint8Array(32).map((_, index) => 3 * index + 7);

const inFolder = (): { readonly folder: string; readonly remove: () => Promise<void> } => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-setup-"));
  return { folder, remove: async () => rmSync(folder, { recursive: true }) };
};

/** As `cardea migrate` leaves it. */
async function migrated({ newSchema }: PostgresServer): Promise<StoreFactory> {
  const factory = postgres(await newSchema());
  await (await factory.open(realWorld)).close();
  return factory;
}

/** The four set-ups in which everything is tried: alone, on one file, on a database server, and with Redis in front of it. */
const setups: readonly Setup[] = [
  { name: "memory", needs: [], start: async () => ({ places: async () => ({ store: memory() }), stop: nothing }) },
  {
    name: "sqlite",
    needs: [],
    start: async () => {
      const { folder, remove } = inFolder();
      let files = 0;
      return { places: async () => ({ store: sqlite(join(folder, `${files++}.db`)) }), stop: remove };
    },
  },
  {
    name: "postgres",
    needs: [postgresSoftware],
    start: async () => {
      const server = await startPostgres();
      return { places: async () => ({ store: await migrated(server), secret }), stop: server.stop };
    },
  },
  {
    name: "redis over postgres",
    needs: [postgresSoftware, redisSoftware],
    start: async () => {
      const [database, cache] = await Promise.all([startPostgres(), startRedis()]);
      let prefixes = 0;
      return {
        places: async () => ({
          store: await migrated(database),
          sessions: { store: redis(cache.url, { prefix: `p${prefixes++}` }) },
          secret,
        }),
        stop: async () => {
          await Promise.all([database.stop(), cache.stop()]);
        },
      };
    },
  },
];

/**
 * Defines the tests once for each set-up, with its servers running. `places` is called inside of hooks and tests. Where a server
 * is missing, its set-up says so loudly.
 */
export function onEachSetup(suite: string, define: (name: string, places: () => Promise<Places>) => void): void {
  for (const { name, needs, start } of setups) {
    whereInstalled(needs, `${suite} on ${name}`, () =>
      describe(`${suite} on ${name}`, () => {
        let started: Awaited<ReturnType<Setup["start"]>>;
        before(async () => {
          started = await start();
        });
        after(() => started.stop());
        define(name, () => started.places());
      }),
    );
  }
}
