import type { Auth } from "cardea";
import { progress } from "../../jwt/progress.ts";
import { addAccounts, jsonRequest, openCheapIssuer, startSessions } from "../issuer.ts";
import { type Given, servePart } from "../part.ts";
import { betterAuthChecks } from "../peers/betterAuth.ts";
import { type Contender, measure } from "../rounds.ts";
import { newPlaces, setupNames } from "../setups.ts";
import { type SpeedRow, speedRows } from "../speeds.ts";

const clients = 50;
const yardstick = "better-auth renewal, sqlite";

/**
 * How often a second 50 clients get new tokens. better-auth has no refresh tokens; what comes nearest is the write with which
 * it puts off a session's end, here at each request (`updateAge: 0`). It rotates nothing.
 */
async function measureRefreshes(given: Given): Promise<readonly SpeedRow[]> {
  const { isQuick, servers } = given;
  const peer = await betterAuthChecks(yardstick, servers, { people: isQuick ? 4 : clients, renewsAlways: true });
  const plan = isQuick
    ? { rounds: 1, turnMs: 100, warmUpMs: 50, inFlight: clients }
    : { rounds: 9, turnMs: 1000, warmUpMs: 2000, inFlight: clients };
  return speedRows(await measure([peer, ...(await ours(given))], plan), yardstick);
}

async function ours({ servers }: Given): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const mode of ["hybrid", "stateful"] as const) {
    for (const setup of setupNames) {
      progress(`preparing ${mode}, ${setup}`);
      const auth = await openCheapIssuer({ mode, ...(await newPlaces(setup, servers)).places });
      const sessions = await startSessions(auth, await addAccounts(auth, clients), clients);
      contenders.push(
        refreshing(
          `${mode}, ${setup}`,
          auth,
          sessions.map(({ refreshToken }) => refreshToken),
        ),
      );
    }
  }
  return contenders;
}

/** Each client has a session of its own, and waits for its new tokens before it asks for the next. */
function refreshing(name: string, { fetch }: Auth, tokens: readonly string[]): Contender {
  const free = [...tokens];
  return {
    name,
    run: async () => {
      const token = free.pop();
      const response = await fetch(jsonRequest("/refresh", { refresh_token: token }));
      if (response.status !== 200) throw new Error(`${name} answered ${response.status}.`);
      const { refresh_token } = (await response.json()) as { readonly refresh_token: string };
      free.push(refresh_token);
    },
  };
}

await servePart(measureRefreshes);
