import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { type ModeName, realWorld, sqlite } from "cardea";
import { defaultHashCost } from "../../../packages/server/src/people/passwordHasher/hashCost.ts";
import {
  createPasswordHasher,
  defaultWorkers,
} from "../../../packages/server/src/people/passwordHasher/passwordHasher.ts";
import type { VerifiedIdentity } from "../../../packages/server/src/signin/identity.ts";
import { progress } from "../../jwt/progress.ts";
import { quantile } from "../../jwt/statistics.ts";
import { type CrowdMessage, type CrowdOrder, type CrowdServer, crowdOptions, type Seen } from "../crowd.ts";
import { emailOf, openIssuer, password, startSessions } from "../issuer.ts";
import { type Given, servePart } from "../part.ts";

/** What became of a crowd. */
export type CrowdRow = {
  readonly mode: ModeName;
  /** `GET /me` is there to compare with: the same crowd, but nobody shows a password. It comes first. */
  readonly does: "GET /me" | "sign-in";
  readonly people: number;
  readonly seconds: number;
  /** Answers by status; `failed` has none. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly verifications: number;
  /** Milliseconds that a verification took, and until it was done since it was due. */
  readonly tookP99: number;
  readonly lateP50: number;
  readonly lateP99: number;
  readonly lateMax: number;
  /** Mebibytes of resident memory beyond those when the crowd came, and what is allowed: that of the hashing threads and 40. */
  readonly grownMiB: number;
  readonly allowedMiB: number;
};

/** A thousand people come at the same time; in each mode, in a process of its own. */
async function measureCrowd({ isQuick, servers }: Given): Promise<readonly CrowdRow[]> {
  const people = isQuick ? 100 : 1000;
  const modes: readonly ModeName[] = isQuick ? ["hybrid"] : ["stateless", "stateful", "hybrid"];
  const rows: CrowdRow[] = [];
  for (const mode of modes) {
    progress(`${people} at once, ${mode}`);
    rows.push(...(await crowdsOn(await filled(mode, people, servers), people)));
  }
  return rows;
}

/** A file with accounts that all have one hash, made here, and the tokens of some sessions in it. */
async function filled(mode: ModeName, people: number, { folder }: Given["servers"]): Promise<CrowdServer> {
  const file = join(folder, `crowd-${++files}.db`);
  const hasher = createPasswordHasher({ world: realWorld });
  const passwordHash = await hasher.hash(password);
  await hasher.close();
  const store = await sqlite(file).open(realWorld);
  const now = realWorld.now();
  const made = { passwordHash, passwordChangedAt: now, createdAt: now, emailVerifiedAt: now };
  for (let at = 0; at < people; at++) {
    const account = { ...made, id: `account${at}`, email: emailOf(at), roles: [], fields: {}, disabledAt: undefined };
    await store.people.register(account.email, () => ({ account, answer: undefined }));
  }
  await store.close();
  const auth = await openIssuer({ ...crowdOptions, mode, store: sqlite(file) });
  const identity = { accountId: "account1", amr: ["pwd"], passwordChangedAt: now } as unknown as VerifiedIdentity;
  const tokens = (await startSessions(auth, [identity], 50)).map(({ accessToken }) => accessToken);
  await auth.close();
  return { mode, file, tokens };
}

let files = 0;

async function crowdsOn(given: CrowdServer, people: number): Promise<readonly CrowdRow[]> {
  const server = fork(join(import.meta.dirname, "..", "crowdServer.ts"), [JSON.stringify(given)], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const ready = await heard(server);
  if (typeof ready !== "object" || !("port" in ready)) throw new Error("The server did not start.");
  const { port } = ready;
  const [token] = given.tokens;
  const crowds = {
    "GET /me": (at: number) => answerTo({ port, at, method: "GET", path: "/auth/me", token }),
    "sign-in": (at: number) => answerTo({ port, at, method: "POST", path: "/auth/sign-in", body: credentials(at) }),
  };
  // The hashing threads start with the first password and stay: each takes 13 MiB, whatever it hashes.
  for (let at = 0; at < people; at += Math.ceil(people / 20)) await crowds["sign-in"](at);
  // Nor does it count what the first crowds of any kind take and the process keeps: V8's young generation above all.
  for (let times = 0; times < 3; times++) await Promise.all(everybody(people, crowds["GET /me"]));
  const rows: CrowdRow[] = [];
  for (const does of ["GET /me", "sign-in"] as const) {
    await told(server, "begin");
    const start = performance.now();
    const answers = await Promise.all(everybody(people, crowds[does]));
    const seconds = rounded((performance.now() - start) / 1000);
    const seen = await told(server, "end");
    if (typeof seen !== "object" || !("took" in seen)) throw new Error("The server did not tell what it saw.");
    rows.push({
      mode: given.mode,

      does,
      people,
      seconds,
      statuses: counted(answers),
      ...figuresOf(seen),
    });
  }
  server.kill();
  return rows;
}

const everybody = <T>(people: number, does: (at: number) => Promise<T>): readonly Promise<T>[] =>
  Array.from({ length: people }, (_, at) => does(at));

/** Every tenth has forgotten the password. */
const credentials = (at: number): object => ({
  email: emailOf(at),
  password: at % 10 === 0 ? "another phrase of words" : password,
});

const counted = (answers: readonly (number | "failed")[]): CrowdRow["statuses"] =>
  Object.fromEntries([...Map.groupBy(answers, String)].map(([status, all]) => [status, all.length]));

const figuresOf = ({ took, late, before, peak }: Seen) => ({
  verifications: took.length,
  tookP99: rounded(quantile(took, 0.99)),
  lateP50: rounded(quantile(late, 0.5)),
  lateP99: rounded(quantile(late, 0.99)),
  lateMax: rounded(quantile(late, 1)),
  grownMiB: rounded((peak - before) / 2 ** 20),
  allowedMiB: rounded((defaultWorkers() * defaultHashCost.memoryKiB) / 1024 + 40),
});

async function told(server: ChildProcess, order: CrowdOrder): Promise<CrowdMessage> {
  server.send(order);
  return heard(server);
}

async function heard(server: ChildProcess): Promise<CrowdMessage> {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = once(server, "exit", { signal }).then(() => Promise.reject(new Error("The server ended.")));
  const [message] = (await Promise.race([once(server, "message", { signal }), ended])) as [CrowdMessage];
  ended.catch(() => undefined);
  controller.abort();
  return message;
}

type Asked = {
  readonly port: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly token?: string | undefined;
  readonly body?: object;
};

/** Over a connection of its own, from an address of its own: all of 127.0.0.0/8 is this machine. */
const answerTo = ({ port, at, method, path, token, body }: Asked): Promise<number | "failed"> =>
  new Promise((resolve) => {
    const sent = request({
      port,
      method,
      path,
      host: "127.0.0.1",
      localAddress: `127.${1 + Math.floor(at / 250)}.${at % 250}.1`,
      agent: false,
      headers: token === undefined ? { "content-type": "application/json" } : { authorization: `Bearer ${token}` },
    });
    sent.on("response", (answer) => answer.resume().on("end", () => resolve(answer.statusCode ?? "failed")));
    sent.on("error", () => resolve("failed"));
    sent.end(body && JSON.stringify(body));
  });

const rounded = (value: number): number => Number(value.toFixed(1));

await servePart(measureCrowd);
