import type { JsonWebKey } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { publicKey } from "@cardea/jwt";
import { createVerifier } from "@cardea/verifier";
import { type Losses, lossyFetch } from "./lossyFeed.ts";
import type { News } from "./program.ts";
import { steppedClock } from "./steppedClock.ts";

/** What a verifier of the run is told. */
export type VerifierSetting = {
  readonly issuer: string;
  readonly credentials: { readonly id: string; readonly secret: string };
  readonly key: JsonWebKey;
  readonly maxStalenessMs: number;
  /** Through which it reaches the issuers. */
  readonly wirePort: number;
  readonly losses: Losses;
};

/** What it says about a token: `accepted`, or the code of the refusal. */
export type Said = string;

// The program of a service: the product's verifier, which is asked about many tokens at once.
const setting: VerifierSetting & { port: number } = JSON.parse(process.argv[2] ?? "");
const { issuer, credentials, key, maxStalenessMs, wirePort, losses, port } = setting;
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
  keys: publicKey(key, { alg: "EdDSA" }),
  revocation: { maxStaleness: `${maxStalenessMs}ms`, whenStale: "deny" },
  world: { now: steppedClock(), fetch: lossyFetch(losses, () => lossPercent, onTheWire) },
});

const say = (token: string): Said => {
  const verdict = verifier.verify(token);
  return verdict.ok ? "accepted" : verdict.refusal.code;
};
const server = createServer(async (request, response) => {
  if (request.method === "GET") return void response.end(JSON.stringify(verifier.revocation));
  const tokens = (await json(request)) as readonly string[];
  response.end(JSON.stringify(tokens.map(say)));
});
server.listen(port, "127.0.0.1", () => process.send?.(Object(server.address()).port));
