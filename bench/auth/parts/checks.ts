import type { Auth, ModeName } from "cardea";
import { progress } from "../../jwt/progress.ts";
import { addAccounts, issuerUrl, openCheapIssuer, startSessions } from "../issuer.ts";
import { type Given, servePart } from "../part.ts";
import { betterAuthChecks } from "../peers/betterAuth.ts";
import { expressSessionChecks } from "../peers/expressSession.ts";
import { passportAlgorithms, passportJwtChecks } from "../peers/passportJwt.ts";
import { type Contender, measure } from "../rounds.ts";
import { newPlaces, type SetupName, setupNames } from "../setups.ts";
import { type SpeedRow, speedRows } from "../speeds.ts";

const modes: readonly ModeName[] = ["stateful", "hybrid", "stateless"];
const yardstick = "better-auth getSession, sqlite";

/** How often a second a session is checked. */
async function measureChecks(given: Given): Promise<readonly SpeedRow[]> {
  const { isQuick } = given;
  const contenders = [...(await peers(given)), ...(await ours(given))];
  const plan = isQuick
    ? { rounds: 2, turnMs: 15, warmUpMs: 50, inFlight: 16 }
    : { rounds: 21, turnMs: 150, warmUpMs: 2000, inFlight: 16 };
  return speedRows(await measure(contenders, plan), yardstick);
}

async function peers({ servers, isQuick }: Given): Promise<readonly Contender[]> {
  progress("preparing the peers");
  const people = isQuick ? 4 : 50;
  return [
    await betterAuthChecks(yardstick, servers, { people }),
    await betterAuthChecks("better-auth getSession, cookieCache", servers, { people, cookieCache: true }),
    await expressSessionChecks("express-session, connect-redis", servers, 200),
    ...passportAlgorithms.map((alg) => passportJwtChecks(`passport-jwt ${alg}`, alg, 200)),
  ];
}

async function ours(given: Given): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const mode of modes) {
    for (const setup of setupNames) contenders.push(...(await checksOf(mode, setup, given)));
  }
  return contenders;
}

/** `verify` of tokens that this process has seen before, as nearly all are: a client shows the same one for minutes. */
async function checksOf(mode: ModeName, setup: SetupName, { servers, isQuick }: Given): Promise<readonly Contender[]> {
  progress(`preparing ${mode}, ${setup}`);
  const auth = await openCheapIssuer({ mode, ...(await newPlaces(setup, servers)).places });
  const people = await addAccounts(auth, 100);
  const tokensOf = async (count: number) => (await startSessions(auth, people, count)).map((one) => one.accessToken);
  const known = verifying(`${mode}, ${setup}`, auth, await tokensOf(200));
  if (setup !== "memory")
    return setup === "sqlite" && mode === "stateful" ? [known, requests(auth, await tokensOf(200))] : [known];
  // More than a process remembers, in turn: each is forgotten before it comes again.
  return mode === "stateful"
    ? [known]
    : [known, verifying(`${mode}, first sight`, auth, await tokensOf(isQuick ? 100 : 5000))];
}

const verifying = (name: string, { verify }: Auth, tokens: readonly string[]): Contender => ({
  name,
  run: async (at) => {
    const { ok } = await verify(tokens[at % tokens.length] ?? "");
    if (!ok) throw new Error(`${name} refused a token.`);
  },
});

/** With what a route of an application does besides: the token out of the header, the account's view, the context of the request. */
const requests = ({ authenticate }: Auth, tokens: readonly string[]): Contender => {
  const all = tokens.map((token) => new Request(`${issuerUrl}/me`, { headers: { authorization: `Bearer ${token}` } }));
  return {
    name: "stateful, sqlite, authenticate(request)",
    run: async (at) => {
      const request = all[at % all.length];
      if (!request || !(await authenticate(request)).ok) throw new Error("A request was refused.");
    },
  };
};

await servePart(measureChecks);
