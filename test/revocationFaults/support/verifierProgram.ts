import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { createVerifier } from "@cardea/verifier";
import { type Losses, lossyFetch } from "./lossyFeed.ts";
import { machineNow } from "./machineClock.ts";
import type { News } from "./program.ts";
import { steppedClock } from "./steppedClock.ts";
import { readTokens } from "./tokenFile.ts";

/** What a verifier of the run is told. */
export type VerifierSetting = {
  readonly issuer: string;
  readonly credentials: { readonly id: string; readonly secret: string };
  readonly maxStalenessMs: number;
  /** Through which it reaches the issuers. */
  readonly wirePort: number;
  readonly losses: Losses;
  /** Where the tokens are that it is asked about. */
  readonly tokenFile: string;
};

// The program of a service: the product's verifier, which is asked about many tokens at once. It has its keys from the issuers.
const setting: VerifierSetting & { port: number } = JSON.parse(process.argv[2] ?? "");
const { issuer, credentials, maxStalenessMs, wirePort, losses, tokenFile, port } = setting;
const onTheWire: typeof fetch = (input, init) => {
  const { pathname, search } = new URL(String(input));
  return fetch(`http://127.0.0.1:${wirePort}${pathname}${search}`, init);
};
let lossPercent = 0;
process.on("message", (news: News) => {
  lossPercent = news.lossPercent ?? lossPercent;
});
const verifier = createVerifier({
  issuer,
  audience: "app",
  credentials,
  revocation: { maxStaleness: `${maxStalenessMs}ms`, whenStale: "deny" },
  world: { now: steppedClock(), fetch: lossyFetch(losses, () => lossPercent, onTheWire) },
});

const tokenOf = readTokens(tokenFile);
/** When it begins to look comes first: whatever stops this process meanwhile, it has decided later than that. */
const judge = (id: number): { at: number; said: string } => {
  const at = machineNow();
  const verdict = verifier.verify(tokenOf(id));
  return { at, said: verdict.ok ? "accepted" : verdict.refusal.code };
};
const server = createServer(async (request, response) => {
  if (request.method === "GET") return void response.end(JSON.stringify(verifier.revocation));
  const ids = (await json(request)) as readonly number[];
  response.end(JSON.stringify(ids.map(judge)));
});
server.listen(port, "127.0.0.1", () => process.send?.(Object(server.address()).port));
