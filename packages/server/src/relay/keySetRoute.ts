import { endpoints } from "@cardea/verifier/wire";
import { jsonAnswer } from "../http/answer.ts";
import { cachedFor } from "../http/cachedFor.ts";
import { HttpProblem } from "../http/problem.ts";
import { type Route, route } from "../http/route.ts";
import { type KeySetCache, keySetForm } from "./keySet.ts";

/** The issuer's public keys as it publishes them, so that a verifier behind a relay need reach nothing else. */
export const keySetRoute = (keySet: Pick<KeySetCache, "read">): Route =>
  route(
    {
      method: "GET",
      path: endpoints.jwks,
      operationId: "getJwks",
      summary: "The issuer's public keys (RFC 7517).",
      guard: "public",
      csrf: "safe",
      body: "none",
      answers: [keySetAnswer],
      refusals: ["temporarily_unavailable"],
    },
    async () => {
      const { jwks, maxAgeSeconds } = await keySet.read().catch(() => {
        throw new HttpProblem("temporarily_unavailable");
      });
      return keySetAnswer.with(jwks, cachedFor(maxAgeSeconds));
    },
  );

const keySetAnswer = jsonAnswer(
  { status: 200, description: "The key set.", type: "application/jwk-set+json" },
  keySetForm,
  { keys: [] },
);
