import { setTimeout as delay } from "node:timers/promises";
import type { WhenStale } from "@cardea/verifier";
import { get, post } from "./people.ts";
import { type IssuerProcess, type ServiceProcess, startIssuer, startService } from "./processes.ts";
import type { Transcript } from "./transcript.ts";

/** What a service answers to the token of somebody who signed out after the cut, and of somebody who did not. */
type Policy = { readonly whenStale: WhenStale; readonly gone: number; readonly here: number; readonly about: string };

const policies: readonly Policy[] = [
  { whenStale: "deny", gone: 503, here: 503, about: "nobody gets in" },
  { whenStale: "introspect", gone: 401, here: 200, about: "it asks the issuer" },
  { whenStale: "allow", gone: 200, here: 200, about: "it goes on as it last knew" },
];

type Player = Policy & { readonly process: ServiceProcess };

/** Cuts the feed, signs somebody out, and shows what each policy makes of it; then lets the news through again. */
export async function playCutFeed(transcript: Transcript): Promise<void> {
  const issuer = await startIssuer({
    mode: "hybrid",
    signing: { alg: "ES256" },
    ttl: "5m",
    services: policies.map(({ whenStale }) => whenStale),
  });
  const players = await Promise.all(policies.map((policy, at) => startPlayer(policy, issuer, at)));
  try {
    await play(issuer, players, transcript);
  } finally {
    await Promise.all([issuer, ...players.map(({ process }) => process)].map((one) => one.stop()));
  }
}

async function startPlayer(policy: Policy, issuer: IssuerProcess, at: number): Promise<Player> {
  const credentials = issuer.credentials[at] ?? { id: "", secret: "" };
  const contract = { maxStaleness: "1s", whenStale: policy.whenStale } as const;
  const order = { mode: "hybrid", issuer: issuer.url, credentials, keys: { from: "jwks" }, contract } as const;
  return { ...policy, process: await startService(order) };
}

async function play(issuer: IssuerProcess, players: readonly Player[], { expect, note }: Transcript): Promise<void> {
  const [gone, here] = [await signIn(issuer, "gone@example.com"), await signIn(issuer, "here@example.com")];
  for (const { whenStale, process } of players) {
    const { status } = await get(process.url, gone);
    expect(`a service with "${whenStale}"`, status === 200, `${status}: its view is fresh`);
  }
  await issuer.cutFeed(true);
  await post(`${issuer.url}/sign-out`, { token: gone });
  note("the feed is cut, and then somebody signs out; a second later nobody's view is fresh any more");
  await delay(1200);
  for (const { whenStale, process, about, ...expected } of players) {
    const answers = [await get(process.url, gone), await get(process.url, here)].map(({ status }) => status);
    const holds = answers[0] === expected.gone && answers[1] === expected.here;
    expect(`"${whenStale}": ${about}`, holds, `signed out ${answers[0]}, still here ${answers[1]}`);
  }
  const healedAt = performance.now();
  await issuer.cutFeed(false);
  for (const { whenStale, process } of players) {
    const afterMs = await untilKnown(process.url, { gone, here, since: healedAt });
    const seen =
      afterMs === undefined ? "still does not know" : `signed out 401, still here 200, ${afterMs.toFixed(0)} ms later`;
    expect(`the feed is back, "${whenStale}"`, afterMs !== undefined, seen);
  }
}

type Watched = { readonly gone: string; readonly here: string; readonly since: number };

/** How many milliseconds it took until a service refuses the one token and accepts the other by itself; undefined: it never did. */
async function untilKnown(url: string, { gone, here, since }: Watched): Promise<number | undefined> {
  for (;;) {
    const answers = [await get(url, gone), await get(url, here)].map(({ status }) => status);
    const afterMs = performance.now() - since;
    if (answers[0] === 401 && answers[1] === 200) return afterMs;
    if (afterMs > patienceMs) return undefined;
    await delay(10);
  }
}

/** A service that was cut off asks again after at most five seconds. */
const patienceMs = 15_000;

async function signIn({ url }: IssuerProcess, email: string): Promise<string> {
  const person = { email, password: "a phrase of several words" };
  await post(`${url}/sign-up`, { body: person });
  return String((await post(`${url}/sign-in`, { body: person })).body.access_token);
}
