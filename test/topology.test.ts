import assert from "node:assert/strict";
import { createServer, type OutgoingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import { type AuthOptions, createAuth, memory, type SecurityEvent } from "cardea";
import { listen } from "./support/listen.ts";
import { newPerson, type Person } from "./support/people.ts";
import { startReverseProxy } from "./support/reverseProxy.ts";

/** How the issuer stands behind proxies, and what it was told of them. */
type Topology = {
  readonly name: string;
  readonly proxies: number;
  readonly trustProxy: AuthOptions["trustProxy"];
  /** Whether the client's address can be known, so that limits by address hold. */
  readonly isKnown: boolean;
  /** The reason of `proxy_not_trusted`, if it is told. */
  readonly told?: string;
  readonly claims: readonly Claim[];
};

/** Low, so that the suite has few passwords to hash. */
const failuresPerAddress = 4;
const freeFailures = 2;

const attacker = "127.0.1.1";
const stranger = "127.0.2.2";

/** What a client may claim of itself, another lie each time. */
const claims = {
  nothing: () => ({}),
  "another X-Forwarded-For each time": (index) => ({ "X-Forwarded-For": `1.2.3.${index}` }),
  "the stranger's address": () => ({ "X-Forwarded-For": stranger, "X-Real-IP": stranger }),
  "many entries of X-Forwarded-For": (index) => ({ "X-Forwarded-For": `1.2.3.${index}, 10.0.0.${index}, 127.0.0.1` }),
  "two lines of X-Forwarded-For": (index) => ({ "X-Forwarded-For": [`1.2.3.${index}`, `5.6.7.${index}`] }),
  "mapped and unreadable entries": (index) => ({ "X-Forwarded-For": `::ffff:1.2.3.${index}, unknown` }),
  "every other header": (index) => ({
    Forwarded: `for=1.2.3.${index}`,
    "X-Real-IP": `1.2.3.${index}`,
    "True-Client-IP": `1.2.3.${index}`,
    "CF-Connecting-IP": `1.2.3.${index}`,
  }),
} as const satisfies Readonly<Record<string, (index: number) => OutgoingHttpHeaders>>;

type Claim = keyof typeof claims;
const all = Object.keys(claims) as readonly Claim[];
const some = all.slice(0, 3);

const topologies: readonly Topology[] = [
  { name: "no proxy", proxies: 0, trustProxy: 0, isKnown: true, claims: all },
  { name: "one proxy, counted", proxies: 1, trustProxy: 1, isKnown: true, claims: all },
  { name: "two proxies, counted", proxies: 2, trustProxy: 2, isKnown: true, claims: all },
  { name: "one proxy, listed", proxies: 1, trustProxy: ["127.0.0.1"], isKnown: true, claims: some },
  { name: "two proxies, listed", proxies: 2, trustProxy: ["127.0.0.1"], isKnown: true, claims: some },
  { name: "no proxy, nothing said", proxies: 0, trustProxy: undefined, isKnown: false, claims: ["nothing"] },
  ...[1, 2].map(
    (proxies): Topology => ({
      name: proxies === 1 ? "one proxy, nothing said" : "two proxies, nothing said",
      proxies,
      trustProxy: undefined,
      isKnown: false,
      told: "private_peer",
      claims: some,
    }),
  ),
  // Who counts too many lets a client choose an address: what is claimed is not tried here, the manual warns of it.
  {
    name: "one proxy, three counted",
    proxies: 1,
    trustProxy: 3,
    isKnown: false,
    told: "too_few_entries",
    claims: ["nothing"],
  },
];

const table: string[] = [];
after(() => process.stdout.write(`\n${[header(), ...table].join("\n")}\n\n`));

for (const topology of topologies) {
  describe(`L-16: ASVS-4.1.3: ASVS-15.3.4: OA-9: ${topology.name}`, { concurrency: false }, () =>
    keepsItsPromise(topology),
  );
}

function keepsItsPromise(topology: Topology): void {
  for (const claim of topology.claims) {
    const headers: (index: number) => OutgoingHttpHeaders = claims[claim];
    test(`who claims ${claim}: nobody gets a stranger's 429, and guesses end at the limit`, async (t) => {
      const place = await open(topology);
      t.after(place.close);
      const owner = newPerson();
      assert.equal((await place.attempt(stranger, owner, { path: "/sign-up" })).status, 201);

      const sprayed = await looked(6, (index) => place.attempt(attacker, newPerson(), { headers: headers(index) }));
      assert.equal(sprayed, topology.isKnown ? failuresPerAddress : 6);
      assert.equal((await place.attempt(stranger, owner)).status, 200);

      const victim = newPerson();
      const guessed = await looked(4, (index) => place.attempt("127.0.3.3", victim, { headers: headers(index) }));
      assert.equal(guessed, freeFailures);
      assert.equal((await place.attempt(stranger, owner)).status, 200);
      assert.equal((await place.attempt("127.0.4.4", newPerson())).status, 401);

      const told = place.events.flatMap((event) => (event.type === "proxy_not_trusted" ? event.reason : []));
      assert.deepEqual(told, topology.told === undefined ? [] : [topology.told]);
      table.push(row(topology, claim, { sprayed, guessed }));
    });
  }
}

type Place = {
  readonly events: readonly SecurityEvent[];
  readonly attempt: (
    from: string,
    person: Person,
    more?: { path?: string; headers?: OutgoingHttpHeaders },
  ) => Promise<{ readonly status: number }>;
  readonly close: () => Promise<void>;
};

/** An issuer and its proxies, each a server with a socket. `attempt` connects from an address of its own. */
async function open({ proxies, trustProxy }: Topology): Promise<Place> {
  const server = createServer();
  const issuerPort = await listen(server, "127.0.0.1");
  const events: SecurityEvent[] = [];
  const auth = await createAuth({
    issuer: `http://127.0.0.1:${issuerPort}/auth`,
    store: memory(),
    throttle: { address: { failures: failuresPerAddress }, account: { freeFailures } },
    onEvent: (event) => events.push(event),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  server.on("request", auth.node);

  const started: { readonly close: () => void }[] = [];
  let port = issuerPort;
  for (let index = 0; index < proxies; index += 1) {
    const proxy = await startReverseProxy(port);
    started.push(proxy);
    ({ port } = proxy);
  }
  return {
    events,
    attempt: (from, { email, password }, { path = "/sign-in", headers = {} } = {}) =>
      post({ from, port, path: `/auth${path}`, headers }, { email, password }),
    close: async () => {
      for (const proxy of started) proxy.close();
      server.close();
      await auth.close();
      server.closeAllConnections();
    },
  };
}

/** Every address of 127.0.0.0/8 is this machine's, so that each client can have its own. */
async function post(
  { from, port, path, headers }: { from: string; port: number; path: string; headers: OutgoingHttpHeaders },
  body: unknown,
): Promise<{ readonly status: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number }>();
  const sent = request(
    {
      host: "127.0.0.1",
      port,
      path,
      method: "POST",
      localAddress: from,
      agent: false,
      headers: { ...headers, "Content-Type": "application/json" },
    },
    (response) => text(response).then(() => resolve({ status: response.statusCode ?? 0 }), reject),
  );
  sent.on("error", reject);
  sent.end(JSON.stringify(body));
  return promise;
}

/** How many of so many attempts the password was looked at for; the others were refused by a limit. */
async function looked(
  count: number,
  attempt: (index: number) => Promise<{ readonly status: number }>,
): Promise<number> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await attempt(index)).status);
  assert.ok(
    statuses.every((status) => status === 401 || status === 429),
    statuses.join(),
  );
  return statuses.filter((status) => status === 401).length;
}

const header = (): string =>
  ["topology".padEnd(26), "the attacker claims".padEnd(36), "spray 6", "guess 4", "strangers"].join(" | ");

const row = ({ name }: Topology, claim: string, { sprayed, guessed }: { sprayed: number; guessed: number }): string =>
  [name.padEnd(26), claim.padEnd(36), String(sprayed).padStart(7), String(guessed).padStart(7), "get in"].join(" | ");
