import { type HashCost, workOf } from "../hashCost.ts";
import { bytesOfBase64, phcBase64 } from "./base64.ts";
import { isLongEnough } from "./length.ts";

/** An argon2 hash in the PHC string format. `pepperId` is its `keyid`: the secret (RFC 9106 3.1) that went into it. */
export type Argon2Hash = HashCost & {
  readonly scheme: "argon2";
  readonly variant: "d" | "i" | "id";
  readonly version: 16 | 19;
  readonly pepperId: string | undefined;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly work: number;
};

const form =
  /^\$argon2(?<variant>d|i|id)(?:\$v=(?<version>16|19))?\$m=(?<m>\d{1,10}),t=(?<t>\d{1,10}),p=(?<p>\d{1,3})(?:,keyid=(?<keyid>[A-Za-z0-9+/]{2,11}))?\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/;

/** What a pepper may be called: the format gives a `keyid` eight bytes at most. */
export const pepperIdForm: RegExp = /^[A-Za-z0-9_-]{1,8}$/;

/** Reads `$argon2id$v=19$m=19456,t=2,p=1[,keyid=…]$salt$hash`; without `v` it is version 16, as the format says. */
export function readArgon2(text: string): Argon2Hash | undefined {
  const parts = form.exec(text)?.groups;
  const variant = variantOf(parts?.variant);
  const salt = bytesOfBase64(parts?.salt);
  const hash = bytesOfBase64(parts?.hash);
  if (!parts || !variant || !salt || salt.length < 8 || !isLongEnough(hash)) return undefined;
  const cost = { memoryKiB: Number(parts.m), passes: Number(parts.t), parallelism: Number(parts.p) };
  const pepperId = idOf(parts.keyid);
  if (!isCost(cost) || (pepperId !== undefined && !pepperIdForm.test(pepperId))) return undefined;
  const version = parts.version === "19" ? 19 : 16;
  return { scheme: "argon2", variant, version, ...cost, pepperId, salt, hash, work: workOf(cost) };
}

/** Writes a hash of this installation: argon2id, version 19. */
export function writeArgon2id(
  { memoryKiB, passes, parallelism }: HashCost,
  { salt, hash, pepperId }: Pick<Argon2Hash, "salt" | "hash" | "pepperId">,
): string {
  const keyid = pepperId === undefined ? "" : `,keyid=${phcBase64(Buffer.from(pepperId, "latin1"))}`;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}${keyid}$${phcBase64(salt)}$${phcBase64(hash)}`;
}

const idOf = (keyid: string | undefined): string | undefined =>
  keyid === undefined ? undefined : Buffer.from(keyid, "base64").toString("latin1");

const variantOf = (text: string | undefined): Argon2Hash["variant"] | undefined =>
  text === "d" || text === "i" || text === "id" ? text : undefined;

/** RFC 9106 3.1: at least one pass and one lane, and eight KiB for each lane. */
const isCost = ({ memoryKiB, passes, parallelism }: HashCost): boolean =>
  passes >= 1 && parallelism >= 1 && parallelism <= 255 && memoryKiB >= 8 * parallelism;
