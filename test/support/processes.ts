import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { VerifierOptions } from "@cardea/verifier";
import { type Client, clientOf, type Json } from "./client.ts";

/** A server in a process of its own. */
export type ServerProcess = Client & {
  /** Ends it as a crash would: at once, with nothing tidied up. */
  readonly kill: () => Promise<void>;
};

/** An issuer that was started with `cardea serve`, on a free port. `url` is its own address, whatever its tokens say. */
export async function startIssuerProcess(data: string, issuer: string): Promise<ServerProcess & { port: number }> {
  const child = spawnCardea(["serve", "--json", "--port", "0", "--data", data, "--issuer", issuer]);
  const port = Number((await firstLine(child)).port);
  return { ...clientOf(`http://localhost:${port}/auth`), port, kill: () => kill(child) };
}

/** A relay that was started with `cardea relay`, on a free port. Its secret is in a file, as where secrets are mounted. */
export async function startRelayProcess(
  issuer: string,
  { id, secretFile }: { readonly id: string; readonly secretFile: string },
): Promise<ServerProcess & { port: number }> {
  const child = spawnCardea(["relay", "--json", "--port", "0", "--issuer", issuer, "--relay-id", id], {
    CARDEA_RELAY_SECRET_FILE: secretFile,
  });
  const { port, url } = await firstLine(child);
  return { ...clientOf(String(url)), port: Number(port), kill: () => kill(child) };
}

/** Credentials made with `cardea services create`. */
export async function createCredentials(data: string, name: string): Promise<{ id: string; secret: string }> {
  const { id, secret } = await firstLine(spawnCardea(["services", "create", name, "--json", "--data", data]));
  return { id: String(id), secret: String(secret) };
}

/** A service behind the verifier's guard; `serviceProcess.ts` is its program. */
export async function startServiceProcess(options: VerifierOptions): Promise<ServerProcess> {
  const child = fork(join(import.meta.dirname, "serviceProcess.ts"), { execArgv: onSources });
  child.send(options);
  const [ready] = await Promise.race([once(child, "message"), failure(child)]);
  return { ...clientOf(String(ready)), kill: () => kill(child) };
}

const onSources = ["--conditions=@cardea/source"];
const cardea = join(import.meta.dirname, "..", "..", "packages", "server", "bin", "cardea.js");

const spawnCardea = (words: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, [...onSources, cardea, ...words], {
    env: { ...process.env, NODE_ENV: "development", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Reads one line of JSON; what the child said on standard error is the reason if there is none. */
async function firstLine(child: ChildProcess): Promise<Json> {
  if (child.stdout === null || child.stderr === null) throw new Error("The child has no output to read.");
  const said = text(child.stderr);
  for await (const line of createInterface(child.stdout)) return JSON.parse(line);
  throw new Error(`The child ended without an answer: ${await said}`);
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`The child ended with ${String(code)} before it was ready.`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
