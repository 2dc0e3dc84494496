import { endpoints } from "@cardea/verifier/wire";
import { z } from "zod";
import type { KeyRing } from "../keys/keyRing.ts";
import { jsonAnswer } from "./answer.ts";
import { cachedFor } from "./cachedFor.ts";
import { type Route, route } from "./route.ts";

/** What services may know without asking for leave: public keys (RFC 7517) and metadata (RFC 8414). */
export function metadataRoutes({
  keys,
  issuer,
}: {
  readonly keys: Pick<KeyRing, "jwks" | "jwksMaxAgeSeconds">;
  readonly issuer: string;
}): readonly Route[] {
  return [
    route(
      {
        method: "GET",
        path: endpoints.jwks,
        operationId: "getJwks",
        summary: "The public keys (RFC 7517).",
        guard: "public",
        csrf: "safe",
        body: "none",
        answers: [jwksAnswer],
      },
      async () => jwksAnswer.with(publicOnly.parse(keys.jwks()), cachedFor(keys.jwksMaxAgeSeconds)),
    ),
    route(
      {
        method: "GET",
        path: metadataPath(new URL(issuer)),
        atRoot: true,
        operationId: "getMetadata",
        summary: "Server metadata (RFC 8414).",
        guard: "public",
        csrf: "safe",
        body: "none",
        answers: [metadataAnswer],
      },
      async () => metadataAnswer.with(metadata(issuer), cachedFor(300)),
    ),
  ];
}

const jwkForm = z
  .strictObject({
    kty: z.enum(["EC", "OKP", "RSA"]),
    kid: z.string(),
    alg: z.string(),
    use: z.literal("sig"),
    crv: z.string().optional(),
    x: z.string().optional(),
    y: z.string().optional(),
    n: z.string().optional(),
    e: z.string().optional(),
  })
  .meta({ id: "Jwk", description: "A public key; which members it has depends on its kty." });

/** Throws for a key with any other member: whatever happens elsewhere, no private one leaves the house. */
const publicOnly = z.strictObject({ keys: z.array(jwkForm) }).meta({ id: "Jwks" });

const jwksAnswer = jsonAnswer(
  { status: 200, description: "The key set; empty if all keys are shared secrets.", type: "application/jwk-set+json" },
  publicOnly,
  { keys: [] },
);

const metadataForm = z
  .strictObject({
    issuer: z.string(),
    jwks_uri: z.string(),
    introspection_endpoint: z.string(),
    introspection_endpoint_auth_methods_supported: z.array(z.string()),
    revocation_endpoint: z.string(),
    revocation_endpoint_auth_methods_supported: z.array(z.string()),
    revocation_feed_endpoint: z.string(),
    response_types_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
  })
  .meta({ id: "Metadata" });

/** RFC 8414 3.1: the well-known part goes between host and path. */
const metadataPath = ({ pathname }: URL): string =>
  `/.well-known/oauth-authorization-server${pathname === "/" ? "" : pathname}`;

/** RFC 8414 2. There is no authorization endpoint and no grant: people sign in with the issuer itself. */
const metadata = (issuer: string): z.input<typeof metadataForm> => ({
  issuer,
  jwks_uri: `${issuer}${endpoints.jwks}`,
  introspection_endpoint: `${issuer}${endpoints.introspect}`,
  introspection_endpoint_auth_methods_supported: ["client_secret_basic"],
  revocation_endpoint: `${issuer}${endpoints.revoke}`,
  revocation_endpoint_auth_methods_supported: ["none"],
  revocation_feed_endpoint: `${issuer}${endpoints.feed}`,
  response_types_supported: [],
  grant_types_supported: [],
  token_endpoint_auth_methods_supported: [],
});

const metadataAnswer = jsonAnswer(
  { status: 200, description: "Where everything is." },
  metadataForm,
  metadata("https://app.example.com/auth"),
);
