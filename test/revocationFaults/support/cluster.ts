import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuth, postgres, realWorld, type StoreFactory, sqlite } from "cardea";
import { type PostgresServer, startPostgres } from "#servers/postgresServer.ts";
import { type FaultyWire, startFaultyWire } from "./faultyWire.ts";
import { type IssuerSetting, issuerSecret } from "./issuerSetting.ts";
import type { Losses } from "./lossyFeed.ts";
import { type Program, startProgram } from "./program.ts";
import { newTokens, type Tokens } from "./tokens.ts";
import type { VerifierSetting } from "./verifierProgram.ts";

/** Issuers over one store and verifiers behind wires, each a process. */
export type Cluster = {
  readonly issuers: readonly Program[];
  readonly verifiers: readonly Program[];
  /** One for each verifier. */
  readonly wires: readonly FaultyWire[];
  /** Undefined on SQLite. */
  readonly database: PostgresServer | undefined;
  /** Where the log is kept: a URL or a file. */
  readonly place: string;
  readonly tokens: Tokens;
  /** Of a service that may revoke. */
  readonly credentials: { readonly id: string; readonly secret: string };
  /** Starts one more verifier, on the wire of the first. */
  readonly addVerifier: () => Promise<Program>;
  readonly stop: () => Promise<void>;
};

/** How large it is, and what it stands on. */
export type ClusterSetting = {
  readonly store: "postgres" | "sqlite";
  readonly issuers: number;
  readonly verifiers: number;
  readonly maxStalenessMs: number;
  readonly losses: Losses;
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
    const database = setting.store === "postgres" ? keep(await startPostgres()) : undefined;
    const place = database ? await database.newDatabase() : join(folder, "auth.db");
    const credentials = await prepare(database ? postgres(place) : sqlite(place));
    const issuerSetting: IssuerSetting = { issuer, place };
    const issuers = await times(setting.issuers, async () =>
      keep(await startProgram("issuerProgram.ts", issuerSetting)),
    );
    const tokens = await newTokens(issuer);
    const ports = issuers.map(({ port }) => port);
    const wires = await times(setting.verifiers, async () => {
      const wire = await startFaultyWire(ports);
      keep({ stop: async () => wire.close() });
      return wire;
    });
    const startVerifier = async (wire: FaultyWire, index: number): Promise<Program> => {
      const losses = { ...setting.losses, seed: setting.losses.seed + index };
      const { maxStalenessMs } = setting;
      const its = { issuer, credentials, key: tokens.key, maxStalenessMs, wirePort: wire.port, losses };
      return keep(await startProgram("verifierProgram.ts", its satisfies VerifierSetting));
    };
    const verifiers = await Promise.all(wires.map(startVerifier));
    const [firstWire] = wires;
    if (firstWire === undefined) throw new Error("A cluster has a verifier.");
    const addVerifier = (): Promise<Program> => startVerifier(firstWire, verifiers.length);
    return { issuers, verifiers, wires, database, place, tokens, credentials, addVerifier, stop };
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
