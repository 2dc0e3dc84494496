import { Agent, createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
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
import { poolAlone, poolServed, type SignInRow, speedRows } from "../speeds.ts";

/**
 * How often a second somebody signs in, beside what the pool of hashing threads does alone: with as many threads as by default,
 * one for each core up to four, where on few cores whatever else is done, by the servers of the stores too, takes time from the hashing; and with one
 * fewer, which leaves a core for it. Over
 * HTTP the client takes its share of the same cores, so there the pool is behind a socket too.
 */
async function measureSignIns(given: Given): Promise<readonly SignInRow[]> {
  const most = defaultWorkers();
  const threads = given.isQuick ? [most] : [most, Math.max(1, most - 1)];
  const rows: SignInRow[] = [];
  for (const workers of new Set(threads)) rows.push(...(await measureWith(workers, given)));
  return rows;
}

async function measureWith(workers: number, given: Given): Promise<readonly SignInRow[]> {
  const hasher = await pool(workers);
  const alone: Contender = { name: withThreads(poolAlone, workers), run: hasher };
  const served = await overHttp(withThreads(poolServed, workers), poolPage(hasher));
  const inFlight = 4 * workers;
  const plan = given.isQuick
    ? { rounds: 1, turnMs: 150, warmUpMs: 80, inFlight }
    : { rounds: 9, turnMs: 1200, warmUpMs: 1500, inFlight };
  const { calls, requests } = await issuers(workers, given);
  const speeds = await measure([alone, ...calls, served, ...requests], plan);
  const [ofCalls, ofRequests] = [
    [alone, ...calls],
    [served, ...requests],
  ].map((contenders) => speeds.filter((speed) => contenders.some(({ name }) => name === speed.name)));
  const rows = [...speedRows(ofCalls ?? [], alone.name), ...speedRows(ofRequests ?? [], served.name)];
  return rows.map((row) => ({ ...row, leavesCore: workers < availableParallelism() }));
}

const withThreads = (name: string, workers: number): string => `${name}, ${workers} thread${workers === 1 ? "" : "s"}`;

/** Checks one password, at the cost that an issuer has by default. */
async function pool(workers: number): Promise<() => Promise<void>> {
  const hasher = createPasswordHasher({ world: realWorld, workers });
  const stored = await hasher.hash(password);
  return async () => {
    if (!(await hasher.verify(password, stored)).matches) throw new Error("The pool refused a password.");
  };
}

/** The least that a server can be around the pool: it reads the body, checks one password and answers. */
const poolPage =
  (check: () => Promise<void>): RequestListener =>
  (request, response) => {
    request.resume().on("end", async () => {
      await check();
      response.end("{}");
    });
  };

/** The issuers by their function, and behind a socket. */
async function issuers(
  workers: number,
  { servers, isQuick }: Given,
): Promise<Readonly<Record<"calls" | "requests", readonly Contender[]>>> {
  // So many that nobody has more than a few sessions, as in life.
  const people = isQuick ? 16 : 1000;
  const calls: Contender[] = [];
  const requests: Contender[] = [];
  for (const setup of setupNames) {
    progress(`preparing ${setup}`);
    const { places } = await newPlaces(setup, servers);
    const auth = await openIssuer({ mode: "hybrid", trustProxy: 0, passwords: { workers }, ...places });
    for (let at = 0; at < people; at += 8) await addAccounts(auth, 8, at);
    calls.push(overFetch(withThreads(`auth.fetch, ${setup}`, workers), auth, people));
    requests.push(await overHttp(withThreads(`HTTP, ${setup}`, workers), auth.node, people));
  }
  return { calls, requests };
}

const overFetch = (name: string, { fetch }: Auth, people: number): Contender => ({
  name,
  run: async (at) => {
    const { status } = await fetch(jsonRequest("/sign-in", { email: emailOf(at % people), password }));
    if (status !== 200) throw new Error(`${name} answered ${status}.`);
  },
});

/** Through a socket, kept open, from a client in this very process: its work counts, for whoever serves. */
async function overHttp(name: string, listener: RequestListener, people = 1): Promise<Contender> {
  const server = createServer(listener);
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
