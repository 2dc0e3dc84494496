import type { ModeName } from "cardea";

/** One act: a mode and an algorithm, and what to watch for. */
export type Act = {
  readonly mode: ModeName;
  readonly alg: "ES256" | "HS256";
  readonly about: string;
  /** Life of an access token: short where only its end ends it, so that the demo can wait for that. */
  readonly ttl: "10s" | "5m";
};

/** The three modes with a key pair, then the default mode with a shared secret. */
export const acts: readonly Act[] = [
  {
    mode: "stateless",
    alg: "ES256",
    ttl: "10s",
    about:
      "JWTs; nothing is looked up. Signing out ends the session, but a token already out lives until it expires (10 s here).",
  },
  {
    mode: "stateful",
    alg: "ES256",
    ttl: "5m",
    about:
      "Opaque tokens, mere names of a session; each check asks the issuer, which reads the session from its store. Signing out holds at once.",
  },
  {
    mode: "hybrid",
    alg: "ES256",
    ttl: "5m",
    about:
      "JWTs checked locally, beside a view of revocations in memory that the issuer's feed keeps fresh. The default.",
  },
  {
    mode: "hybrid",
    alg: "HS256",
    ttl: "5m",
    about: "The same with a shared secret: billing holds it, orders knows only a public key.",
  },
];
