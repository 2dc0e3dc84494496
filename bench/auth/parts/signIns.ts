import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type Auth, realWorld } from "cardea";
import {
  createPasswordHasher,
  defaultWorkers,
} from "../../../packages/server/src/people/passwordHasher/passwordHasher.ts";
import { progress } from "../../jwt/progress.ts";
import { addAccounts, emailOf, jsonRequest, openIssuer, password } from "../issuer.ts";
import { type Given, servePart } from "../part.ts";
import { type Contender, measure } from "../rounds.ts";
import { newPlaces, setupNames } from "../setups.ts";
import { poolAlone, type SpeedRow, speedRows } from "../speeds.ts";

/**
 * How often a second somebody signs in, beside what the pool of hashing threads does alone: with as many threads as by default,
 * one for each core, where whatever else is done takes time from the hashing; and with one fewer, which leaves a core for it.
 */
async function measureSignIns(given: Given): Promise<readonly SpeedRow[]> {
  const most = defaultWorkers();
  const threads = given.isQuick ? [most] : [most, Math.max(1, most - 1)];
  const rows: SpeedRow[] = [];
  for (const workers of new Set(threads)) rows.push(...(await measureWith(workers, given)));
  return rows;
}

async function measureWith(workers: number, given: Given): Promise<readonly SpeedRow[]> {
  const alone = await pool(workers);
  const inFlight = 4 * workers;
  const plan = given.isQuick
    ? { rounds: 1, turnMs: 150, warmUpMs: 80, inFlight }
    : { rounds: 9, turnMs: 1200, warmUpMs: 1500, inFlight };
  return speedRows(await measure([alone, ...(await issuers(workers, given))], plan), alone.name);
}

const withThreads = (name: string, workers: number): string => `${name}, ${workers} thread${workers === 1 ? "" : "s"}`;

/** The same cost of a hash as an issuer has by default. */
async function pool(workers: number): Promise<Contender> {
  const hasher = createPasswordHasher({ world: realWorld, workers });
  const stored = await hasher.hash(password);
  return {
    name: withThreads(poolAlone, workers),
    run: async () => {
      if (!(await hasher.verify(password, stored)).matches) throw new Error("The pool refused a password.");
    },
  };
}

async function issuers(workers: number, { servers, isQuick }: Given): Promise<readonly Contender[]> {
  // So many that nobody has more than a few sessions, as in life.
  const people = isQuick ? 16 : 1000;
  const contenders: Contender[] = [];
  for (const setup of setupNames) {
    progress(`preparing ${setup}`);
    const { places } = await newPlaces(setup, servers);
    const auth = await openIssuer({ mode: "hybrid", trustProxy: 0, passwords: { workers }, ...places });
    for (let at = 0; at < people; at += 8) await addAccounts(auth, 8, at);
    contenders.push(overFetch(withThreads(`auth.fetch, ${setup}`, workers), auth, people));
    contenders.push(await overHttp(withThreads(`HTTP, ${setup}`, workers), auth, people));
  }
  return contenders;
}

const overFetch = (name: string, { fetch }: Auth, people: number): Contender => ({
  name,
  run: async (at) => {
    const { status } = await fetch(jsonRequest("/sign-in", { email: emailOf(at % people), password }));
    if (status !== 200) throw new Error(`${name} answered ${status}.`);
  },
});

/** Through a socket, kept open, from a client in this very process: its work is counted as the issuer's. */
async function overHttp(name: string, { node }: Auth, people: number): Promise<Contender> {
  const server = createServer(node);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const headers = { "content-type": "application/json" };
  const signIn = (email: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request({ port, agent, headers, host: "127.0.0.1", method: "POST", path: "/auth/sign-in" });
      sent.on("response", (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
      sent.on("error", reject);
      sent.end(JSON.stringify({ email, password }));
    });
  return {
    name,
    run: async (at) => {
      const status = await signIn(emailOf(at % people));
      if (status !== 200) throw new Error(`${name} answered ${status}.`);
    },
  };
}

await servePart(measureSignIns);
