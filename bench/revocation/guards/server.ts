import { startProgram } from "../programs/program.ts";
import type { ContenderName, Framework } from "./contender.ts";
import type { Material } from "./material.ts";

/** A framework and what stands before its route. */
export type Contender = { [F in Framework]: { readonly framework: F; readonly name: ContenderName<F> } }[Framework];

/** What a process of servers is told: which ones it is to be, each on a port of its own. */
export type ServerSetting = { readonly contenders: readonly Contender[]; readonly material: Material };

/** A server in another process. */
export type GuardedServer = {
  readonly of: Contender;
  readonly port: number;
  /** Microseconds of CPU that its process has taken so far. */
  readonly cpuMicros: () => Promise<number>;
  /** Ends its process. */
  readonly stop: () => Promise<void>;
};

/** Starts a process of servers on free ports of 127.0.0.1. */
export async function startGuarded(setting: ServerSetting): Promise<readonly GuardedServer[]> {
  const { ready, ask, stop } = await startProgram<readonly number[]>("guards/serverProgram.ts", setting);
  const cpuMicros = () => ask<number>("cpu");
  return setting.contenders.map((of, at) => ({ of, port: ready[at] ?? 0, cpuMicros, stop }));
}
