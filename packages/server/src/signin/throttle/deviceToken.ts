import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Account } from "../../store/ports.ts";
import { randomToken, type World } from "../../world.ts";

/** What a device token says once its MAC holds: somebody signed in to this account with this device, then. */
export type DeviceClaim = { readonly accountId: string; readonly deviceId: string; readonly issuedAt: number };

/** Makes and reads device tokens: `dt_<account>.<device>.<issued at>.<mac>`. They soften the throttle and open nothing. */
export type DeviceTokens = {
  /** For a device that just signed in; one that was known keeps its id. */
  readonly make: (accountId: string, deviceId?: string) => string;
  /** Undefined for anything not made here or made more than 400 days ago; decided without a look at the store. */
  readonly read: (token: string) => DeviceClaim | undefined;
};

/** Nothing about a device is stored: a MAC (HMAC-SHA-256) proves the token. `secrets` are for device tokens alone: the first makes them, all of them read. */
export function createDeviceTokens(secrets: readonly Uint8Array[], world: World): DeviceTokens {
  const keys = secrets.map((secret) => createSecretKey(secret));
  const [newest] = keys;
  if (!newest) throw new TypeError("createDeviceTokens: give a secret");
  return {
    make: (accountId, deviceId = randomToken(world, 16)) => {
      const body = `${accountId}.${deviceId}.${world.now()}`;
      return `dt_${body}.${macOf(body, newest).toString("base64url")}`;
    },
    read: (token) => {
      const [, body, accountId, deviceId, issuedAt, given] = shape.exec(token) ?? [];
      if (!body || !accountId || !deviceId || !issuedAt || !given) return undefined;
      const bytes = Buffer.from(given, "base64url");
      const isCanonical = bytes.toString("base64url") === given;
      const isOurs = keys.some((key) => timingSafeEqual(bytes, macOf(body, key)));
      const isValid = isCanonical && isOurs && world.now() < Number(issuedAt) + validMs;
      return isValid ? { accountId, deviceId, issuedAt: Number(issuedAt) } : undefined;
    },
  };
}

const macOf = (body: string, key: KeyObject): Buffer => createHmac("sha256", key).update(body).digest();

/** The id of the device if the account knows it: it signed in to this account, and since its password was last changed. */
export const knownDevice = (
  claim: DeviceClaim | undefined,
  account: Pick<Account, "id" | "passwordChangedAt"> | undefined,
): string | undefined =>
  claim && account && claim.accountId === account.id && claim.issuedAt >= account.passwordChangedAt
    ? claim.deviceId
    : undefined;

/** Account and device ids of 16 bytes, milliseconds, a MAC of 32 bytes. */
const shape = /^dt_(([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})\.([1-9][0-9]{0,14}))\.([A-Za-z0-9_-]{43})$/;

const validMs = 400 * 86_400_000;
