import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hmacKey, publicKey } from "@cardea/jwt";
import { createVerifier, unchecked, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { nodeGuard } from "@cardea/verifier/node";
import type { Cost, Reason, ServiceKeys, ServiceOrder, ServiceQuestion } from "./messages.ts";

// A service that receives tokens, in a process of its own. It has no database and shares no code with the issuer.
const { mode, issuer, credentials, keys, contract }: ServiceOrder = JSON.parse(process.argv[2] ?? "");
let introspections = 0;

const verifier = createVerifier({
  issuer,
  audience: "app",
  credentials,
  revocation: mode === "hybrid" ? (contract ?? { maxStaleness: "5s", whenStale: "deny" }) : unchecked,
  opaqueTokens: mode === "stateful" ? "introspect" : "refuse",
  clockTolerance: "0s",
  ...verificationKeys(keys),
  world: { fetch: countedFetch },
});
await verifier.ready();

const guard = nodeGuard(verifier);
const server = createServer(async (request, response) => {
  const accepted = await guard(request, response);
  if (!accepted) return;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ orders: [], for: accepted.claims.email, checked: accepted.checked }));
});
await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));

process.on("message", async (question: ServiceQuestion) => {
  process.send?.(question.ask === "reason" ? await reasonFor(question.token) : await costOf(question, verifier));
});
process.on("disconnect", () => process.exit());
process.send?.({ url: `http://localhost:${(server.address() as AddressInfo).port}/` });

function verificationKeys(known: ServiceKeys): Pick<VerifierOptions, "keys"> {
  if (known.from === "public key") return { keys: publicKey(known.jwk, { alg: "ES256" }) };
  if (known.from === "shared secret")
    return { keys: hmacKey(Buffer.from(known.secret, "base64url"), { alg: "HS256" }) };
  return {};
}

/** The network as the verifier sees it; what it asks about a single token is counted. */
function countedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  if (String(input).endsWith("/introspect")) introspections += 1;
  return fetch(input, init);
}

/** The exact cause, which the caller over HTTP is not told. */
async function reasonFor(token: string): Promise<Reason> {
  const verdict = await verifier.authenticate(token);
  if (verdict.ok) return { code: "accepted", step: "" };
  const failed = verifier.explain(token).steps.find(({ ok }) => !ok);
  const asked = verdict.refusal.code === "inactive_token";
  return { code: verdict.refusal.code, step: asked ? "introspection" : (failed?.step ?? "") };
}

async function costOf({ token, times }: { token: string; times: number }, { authenticate }: Verifier): Promise<Cost> {
  const micros: number[] = [];
  const before = introspections;
  for (let time = 0; time < times; time++) {
    const startedAt = performance.now();
    const verdict = await authenticate(token);
    micros.push((performance.now() - startedAt) * 1000);
    if (!verdict.ok) throw new Error(`a good token was refused: ${verdict.refusal.code}`);
  }
  const middle = micros.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
  return { medianMicros: middle, lookupsPerRequest: (introspections - before) / times };
}
