import type { AlgorithmName } from "@cardea/jwt";
import type { Duration } from "@cardea/verifier";
import { z } from "zod";
import type { KeySettings } from "../keys/configuredKey.ts";
import { type KeySigner, keySignerAlgorithms } from "../keys/keySigner.ts";
import { isSharedAlgorithm } from "../keys/policy.ts";
import { verifierLeewayMs } from "../revoke/revocation.ts";
import { duration } from "./duration.ts";
import { secretBytes } from "./secretBytes.ts";

/** Algorithms that an issuer may sign with. */
export const signingAlgorithms = [
  "HS256",
  "HS384",
  "HS512",
  ...keySignerAlgorithms,
] as const satisfies readonly AlgorithmName[];

/** What signs access tokens, and for how long. */
export type KeyOptions = {
  /** Default ES256 with a generated key. A new algorithm signs after `publishAhead`; until then the old key does. */
  readonly alg?: (typeof signingAlgorithms)[number];
  /** A shared secret for HS256..512: base64url text or bytes, at least as long as the hash. It is never stored. */
  readonly secret?: string | Uint8Array;
  /** A key that signs elsewhere, in a key-management service or a hardware module. */
  readonly signer?: KeySigner;
  /** How long a generated key pair signs, `1s` to `400d`; default `30d`. A generated shared secret is rotated by hand only. */
  readonly rotateEvery?: Duration;
  /** How long a key is in the JWKS before it signs, `38s` to `30d`; default `1h`. */
  readonly publishAhead?: Duration;
  /** How long a key verifies after it signed last, up to `30d`; default `62m`. At least `access.ttl` and two minutes. */
  readonly verifyFor?: Duration;
};

/** One key-encryption secret or several, the newest first, as base64url text or bytes; a text may hold several, with commas between. */
export type SecretOption = string | Uint8Array | readonly (string | Uint8Array)[];

/** No more keys are published at once: verifiers bound how many they read. */
const mostKeys = 80;

const signer: z.ZodType<KeySigner, KeySigner> = z.strictObject({
  kid: z
    .string("Give the key's name.")
    .regex(/^[\x21-\x7e]{1,128}$/, "Use 1 to 128 characters of ASCII, without blanks."),
  alg: z.enum(keySignerAlgorithms, `Use one of ${keySignerAlgorithms.join(", ")}.`),
  publicJwk: z.custom<KeySigner["publicJwk"]>(
    (value) => typeof value === "object" && value !== null,
    "Give the public key as a JWK.",
  ),
  sign: z.custom<KeySigner["sign"]>((value) => typeof value === "function", "Give a function of the bytes to sign."),
});

/** Checks `keys`. */
export const keyOptions = z
  .strictObject({
    alg: z.enum(signingAlgorithms, `Use one of ${signingAlgorithms.join(", ")}.`).optional(),
    secret: secretBytes.optional(),
    signer: signer.optional(),
    rotateEvery: duration({ min: "1s", max: "400d" }).prefault("30d"),
    publishAhead: duration({ min: "38s", max: "30d" }).prefault("1h"),
    verifyFor: duration({ min: "10s", max: "30d" }).prefault("62m"),
  })
  .refine(({ secret, signer: given }) => secret === undefined || given === undefined, {
    path: ["signer"],
    message: "Give keys.secret or keys.signer, not both.",
  })
  .refine(({ alg, signer: given }) => alg === undefined || given === undefined || alg === given.alg, {
    path: ["alg"],
    message: "keys.signer has an algorithm of its own. Leave keys.alg out.",
  })
  .transform(({ alg, ...given }) => ({ ...given, alg: alg ?? given.signer?.alg ?? ("ES256" as const) }))
  .refine(({ alg, secret }) => secret === undefined || isSharedAlgorithm(alg), {
    path: ["secret"],
    message: "This is a shared secret for HS256, HS384 or HS512. Remove keys.secret or set keys.alg to HS256.",
  })
  .refine((given) => (given.publishAhead + given.verifyFor) / given.rotateEvery <= mostKeys, {
    path: ["rotateEvery"],
    message: `More than ${mostKeys} keys would be published at once. Use a longer rotateEvery, or shorter publishAhead and verifyFor.`,
  });

/** Checks `secret`: to a list. */
export const secretOption: z.ZodType<readonly Uint8Array[], SecretOption> = z
  .custom<SecretOption>((value) => isSecret(value) || (Array.isArray(value) && value.every(isSecret)), {
    message: "Give the secret as base64url text or as bytes, or a list of them, the newest first.",
  })
  .transform((given, context) => {
    const checked = severalIn(given).map((one) => secretBytes.safeParse(one));
    const fault = checked.find(({ success }) => !success)?.error?.issues[0]?.message;
    if (fault === undefined && checked.length > 0) return checked.flatMap(({ data }) => data ?? []);
    context.addIssue({ code: "custom", message: fault ?? "Give at least one secret." });
    return z.NEVER;
  });

const isSecret = (value: unknown): boolean => typeof value === "string" || value instanceof Uint8Array;

function severalIn(given: SecretOption): readonly (string | Uint8Array)[] {
  if (typeof given === "string") return given.split(",");
  return given instanceof Uint8Array ? [given] : given.flatMap(severalIn);
}

/** Whether keys verify as long as the tokens by them live, with what clocks may differ by. */
export const verifyLongEnough = (keys: { readonly verifyFor: number }, access: { readonly ttl: number }): boolean =>
  keys.verifyFor >= access.ttl + verifierLeewayMs;

/** What the key ring needs of the checked options. A refresh token lives as long as its session can. */
export const keySettings = ({
  keys: { alg, secret, signer: given, rotateEvery, publishAhead, verifyFor },
  session,
}: {
  readonly keys: z.output<typeof keyOptions>;
  readonly session: { readonly absolute: number };
}): KeySettings => ({
  keys: given ? { signer: given } : { alg, secret },
  policy: {
    rotateEveryMs: rotateEvery,
    publishAheadMs: publishAhead,
    verifyForMs: verifyFor,
    // No more than four are kept, however often key pairs rotate: each is tried on every refresh token.
    refresh: { rotateEveryMs: Math.max(rotateEvery, session.absolute / 3), verifyForMs: session.absolute },
  },
});
