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
import { type SpeedRow, speedRows } from "../speeds.ts";

const yardstick = "argon2 pool alone";
const people = 64;

/** How often a second somebody signs in, beside what the pool of hashing threads does alone. */
async function measureSignIns(given: Given): Promise<readonly SpeedRow[]> {
  const contenders = [await pool(), ...(await issuers(given))];
  const inFlight = 4 * defaultWorkers();
  const plan = given.isQuick
    ? { rounds: 1, turnMs: 250, warmUpMs: 100, inFlight }
    : { rounds: 9, turnMs: 1500, warmUpMs: 1500, inFlight };
  return speedRows(await measure(contenders, plan), yardstick);
}

/** As many threads as an issuer has by default, and the same cost of a hash. */
async function pool(): Promise<Contender> {
  const hasher = createPasswordHasher({ world: realWorld });
  const stored = await hasher.hash(password);
  return {
    name: yardstick,
    run: async () => {
      if (!(await hasher.verify(password, stored)).matches) throw new Error("The pool refused a password.");
    },
  };
}

async function issuers({ servers }: Given): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const setup of setupNames) {
    progress(`preparing ${setup}`);
    const auth = await openIssuer({ mode: "hybrid", trustProxy: 0, ...(await newPlaces(setup, servers)) });
    for (let at = 0; at < people; at += 16) await addAccounts(auth, 16, at);
    contenders.push(overFetch(`auth.fetch, ${setup}`, auth));
    if (setup !== "redis over postgres") contenders.push(await overHttp(`HTTP, ${setup}`, auth));
  }
  return contenders;
}

const overFetch = (name: string, { fetch }: Auth): Contender => ({
  name,
  run: async (at) => {
    const { status } = await fetch(jsonRequest("/sign-in", { email: emailOf(at % people), password }));
    if (status !== 200) throw new Error(`${name} answered ${status}.`);
  },
});

/** Through a socket, kept open, from a client in this very process: its work is counted as the issuer's. */
async function overHttp(name: string, { node }: Auth): Promise<Contender> {
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
