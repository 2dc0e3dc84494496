import { noEvent } from "../../event.ts";
import type { World } from "../../world.ts";
import type { OpenOptions, Store, StoreFactory } from "../ports.ts";
import { auditStore } from "./audit.ts";
import { type Bell, openBell } from "./bell.ts";
import { check } from "./check.ts";
import { connectionConfig, placeOf } from "./connection.ts";
import { counterStore } from "./counters.ts";
import { type Database, openDatabase } from "./database.ts";
import { keyStore } from "./keys.ts";
import { mailStore } from "./mails.ts";
import { migrate, readApplied } from "./migrate.ts";
import { postgresMigrations } from "./migrations.ts";
import type { PostgresOptions } from "./options.ts";
import { personStore } from "./people.ts";
import { prune } from "./prune.ts";
import { isAppend, revocationStore } from "./revocations.ts";
import { serviceStore } from "./services.ts";
import { verifierStore } from "./verifiers.ts";

export type { PostgresOptions } from "./options.ts";

/**
 * A PostgreSQL database (13 or newer) by its URL, for any number of processes; created schema and all when opened. It keeps no
 * secret of its own, so the configuration must name one. Throws `ConfigurationError` for a URL or an option that does not fit.
 */
export function postgres(url: string, options: PostgresOptions = {}): StoreFactory {
  const config = connectionConfig(url, options);
  const place = placeOf(url);
  const open = async (world: World, { migrate: mayMigrate = true, onEvent = noEvent }: OpenOptions): Promise<Store> => {
    await migrate(config, postgresMigrations, { place, mayMigrate, now: world.now() });
    const database = openDatabase(config, (calls) => {
      if (calls.some(isAppend)) bell.ring();
    });
    const bell = openBell({ config, send: database.run, world, onEvent });
    return storeOf(database, bell);
  };
  return {
    name: `postgres ${place}`,
    open: (world, opening = {}) => open(world, opening),
    localSecret: async () => undefined,
    migrations: async () => {
      const applied = await readApplied(config);
      return { applied: Math.min(applied.length, postgresMigrations.length), steps: postgresMigrations };
    },
    exists: async () => (await readApplied(config)).length > 0,
    check: () => check(config),
  };
}

const storeOf = (database: Database, bell: Bell): Store => ({
  people: personStore(database),
  keys: keyStore(database),
  services: serviceStore(database),
  revocations: revocationStore(database, bell),
  verifiers: verifierStore(database),
  mails: mailStore(database),
  audit: auditStore(database),
  counters: counterStore(database),
  prune: (now, auditBefore) => prune(database, now, auditBefore),
  close: async () => {
    bell.close();
    await database.close();
  },
});
