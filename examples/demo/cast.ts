import { type JsonWebKey, randomBytes } from "node:crypto";
import type { Act } from "./acts.ts";
import type { ServiceKeys, Signing } from "./messages.ts";
import { get } from "./people.ts";
import { type IssuerProcess, type ServiceProcess, startIssuer, startService } from "./processes.ts";

/** A service of the demo, and whether it can judge this act's tokens. */
export type Player = {
  readonly name: string;
  readonly knows: string;
  readonly trusts: boolean;
  readonly process: ServiceProcess;
};

/** The processes of one act. */
export type Cast = {
  readonly issuer: IssuerProcess;
  readonly players: readonly Player[];
  /** The secret that issuer and billing share, in an act that has one. */
  readonly secret: string | undefined;
  /** The issuer's public key, if it publishes one. */
  readonly publicJwk: JsonWebKey | undefined;
  readonly stop: () => Promise<void>;
};

/** Starts an issuer and two services. `earlierJwk` is the public key that orders knows when this act's issuer publishes none. */
export async function startCast({ mode, alg, ttl }: Act, earlierJwk: JsonWebKey | undefined): Promise<Cast> {
  const secret = alg === "HS256" ? randomBytes(32).toString("base64url") : undefined;
  const signing: Signing = secret === undefined ? { alg: "ES256" } : { alg: "HS256", secret };
  const issuer = await startIssuer({ mode, signing, ttl, services: ["orders", "billing"] });
  const players = await Promise.all(
    ["orders", "billing"].map(async (name, at): Promise<Player> => {
      const keys = keysOf(name, secret, earlierJwk);
      const credentials = issuer.credentials[at] ?? { id: "", secret: "" };
      const process = await startService({ mode, issuer: issuer.url, credentials, keys });
      const knows = mode === "stateful" ? "no key: it asks the issuer" : about[keys.from];
      return { name, knows, trusts: keys.from !== "public key", process };
    }),
  );
  return {
    issuer,
    players,
    secret,
    publicJwk: await publishedKey(issuer),
    stop: async () => {
      await Promise.all([issuer, ...players.map(({ process }) => process)].map((one) => one.stop()));
    },
  };
}

const about: Readonly<Record<ServiceKeys["from"], string>> = {
  jwks: "knows only the public key",
  "public key": "knows only a public key",
  "shared secret": "knows the HMAC secret",
};

function keysOf(name: string, secret: string | undefined, earlierJwk: JsonWebKey | undefined): ServiceKeys {
  if (secret === undefined) return { from: "jwks" };
  if (name === "billing") return { from: "shared secret", secret };
  if (earlierJwk === undefined) throw new Error("the act with a shared secret needs the public key of an earlier act");
  return { from: "public key", jwk: earlierJwk };
}

async function publishedKey(issuer: IssuerProcess): Promise<JsonWebKey | undefined> {
  const { keys } = (await get(`${issuer.url}/.well-known/jwks.json`)).body;
  return Array.isArray(keys) ? keys[0] : undefined;
}
