import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuth, postgres, realWorld, type StoreFactory, sqlite } from "cardea";
import { type PostgresServer, startPostgres } from "#servers/postgresServer.ts";
import { type FaultyWire, startFaultyWire } from "./faultyWire.ts";
import { type IssuerSetting, issuerSecret } from "./issuerSetting.ts";
import type { Losses } from "./lossyFeed.ts";
import { type Program, startProgram } from "./program.ts";
import { type FailingRedis, startFailingRedis } from "./redisFailover.ts";
import { newTokenFile } from "./tokenFile.ts";
import type { VerifierSetting } from "./verifierProgram.ts";

/** Issuers over one store and verifiers behind wires, each a process. */
export type Cluster = {
  readonly issuers: readonly Program[];
  readonly verifiers: readonly Program[];
  /** The control: a verifier that joins frames although some before them are missing. Its own wire does not fail. */
  readonly control: Program | undefined;
  /** One for each verifier but the control. */
  readonly wires: readonly FaultyWire[];
  /** Undefined on SQLite. */
  readonly database: PostgresServer | undefined;
  /** Undefined unless the log is in Redis. */
  readonly redis: FailingRedis | undefined;
  /** Where the store is: a URL or a file. */
  readonly place: string;
  /** Lets verifiers know a token by the number of those before it. */
  readonly publish: (token: string) => void;
  /** Of a service that may revoke. */
  readonly credentials: { readonly id: string; readonly secret: string };
  /** Starts one more verifier, on the wire of the first. */
  readonly addVerifier: () => Promise<Program>;
  readonly stop: () => Promise<void>;
};

/** What the log is kept in; in Redis, Postgres has the rest. */
export type StoreName = "postgres" | "sqlite" | "redis";

/** How large it is, and what it stands on. */
export type ClusterSetting = {
  readonly store: StoreName;
  readonly issuers: number;
  readonly verifiers: number;
  readonly maxStalenessMs: number;
  readonly seed: number;
  readonly hasControl: boolean;
};

const issuer = "https://issuer.test/auth";

/** Starts all of it on free ports. Stop it in any case. */
export async function startCluster(setting: ClusterSetting): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-revocation-"));
  const started: { readonly stop: () => Promise<void> }[] = [];
  const keep = <T extends { readonly stop: () => Promise<void> }>(what: T): T => {
    started.push(what);
    return what;
  };
  const stop = async (): Promise<void> => {
    for (const each of started.toReversed()) await each.stop();
    rmSync(folder, { recursive: true });
  };

  const open = async (): Promise<Cluster> => {
    const database = setting.store === "sqlite" ? undefined : keep(await startPostgres());
    const redis = setting.store === "redis" ? keep(await startFailingRedis()) : undefined;
    const place = database ? await database.newDatabase() : join(folder, "auth.db");
    const credentials = await prepare(database ? postgres(place) : sqlite(place));
    const issuers = await times(setting.issuers, async (index) => {
      const its: IssuerSetting = { issuer, place, logIn: redis?.sentinel, clientId: `client-${index}` };
      return keep(await startProgram("issuerProgram.ts", its));
    });
    const tokenFile = join(folder, "tokens");
    const publish = newTokenFile(tokenFile);
    const ports = issuers.map(({ port }) => port);
    const newWire = async (): Promise<FaultyWire> => {
      const wire = await startFaultyWire(ports);
      keep({ stop: async () => wire.close() });
      return wire;
    };
    const wires = await times(setting.verifiers, newWire);
    const startVerifier = async (wire: FaultyWire, index: number, hidesGaps = false): Promise<Program> => {
      const { maxStalenessMs, seed } = setting;
      const losses: Losses = { seed: seed + index, hidesGaps };
      const its = { issuer, credentials, maxStalenessMs, wirePort: wire.port, losses, tokenFile };
      return keep(await startProgram("verifierProgram.ts", its satisfies VerifierSetting));
    };
    const verifiers = await Promise.all(wires.map((wire, index) => startVerifier(wire, index)));
    const control = setting.hasControl ? await startVerifier(await newWire(), verifiers.length, true) : undefined;
    const [firstWire] = wires;
    if (firstWire === undefined) throw new Error("A cluster has a verifier.");
    const addVerifier = (): Promise<Program> => startVerifier(firstWire, verifiers.length);
    return { issuers, verifiers, control, wires, database, redis, place, publish, credentials, addVerifier, stop };
  };

  return open().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
}

/** The tables, and a service that may do what all of the run do. */
async function prepare(store: StoreFactory): Promise<Cluster["credentials"]> {
  await (await store.open(realWorld)).close();
  const auth = await createAuth({ issuer, store, secret: issuerSecret });
  const { service, secret } = await auth.services.create("all", { scopes: ["revocation:read", "revocation:write"] });
  await auth.close();
  return { id: service.id, secret };
}

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
