import type { CanonicalEmail } from "../../people/email.ts";
import { noRequest } from "../../requestContext.ts";
import { createAccountFailures } from "./accountFailures.ts";
import type { CounterKeys } from "./counterKeys.ts";
import type { Counting } from "./counterLimiter.ts";
import { createKnownDevices } from "./knownDevices.ts";
import type { Limited, ThrottleLimits } from "./limits.ts";
import { createSprayWatch } from "./sprayWatch.ts";
import { takeAll } from "./takeAll.ts";
import { createWindowLimit, type WindowLimit } from "./windowLimit.ts";

/** Somebody who wants to try a password. */
export type SignInAttempt = {
  readonly email: CanonicalEmail;
  /** The client's IP address; undefined where it is not known, and limits by address do not apply. */
  readonly client: string | undefined;
  /** The id of a device that the account knows (`knownDevice`), or of a session that is signed in to it. */
  readonly device?: string | undefined;
  /** Whose email it is, for events only: an unknown account is counted like a known one. */
  readonly accountId?: string | undefined;
};

/** The attempt may go on to the password, or it is refused without a look at it. */
export type Admission = Admitted | Limited;

/** One of the three is called when the attempt is over; an attempt of which nothing is heard counts as failed. */
export type Admitted = {
  readonly admitted: true;
  /**
   * How many tries cost no wait once this one has failed, as far as the client's own failures on this email tell; undefined where
   * the client is not known. It says nothing about others who failed there, or about whether there is such an account.
   */
  readonly triesLeft: number | undefined;
  readonly failed: () => Promise<void>;
  readonly succeeded: () => Promise<void>;
  /** The password was not looked at, for instance because too many wait to be hashed. */
  readonly unjudged: () => Promise<void>;
};

/** Decides about attempts to sign in. */
export type SignInAdmission = {
  readonly admit: (attempt: SignInAttempt) => Promise<Admission>;
  /** Failures on the account are forgotten. */
  readonly forgive: (email: CanonicalEmail) => Promise<void>;
};

/** A device that the account knows stands under its own small limits; everybody else under those of address, network and account. */
export function createSignInAdmission(counting: Counting, limits: ThrottleLimits, keys: CounterKeys): SignInAdmission {
  const accounts = createAccountFailures(counting, limits);
  const knownDevices = createKnownDevices(counting, limits);
  const spray = createSprayWatch(counting, limits);
  const addresses = failureLimit(counting, "address", limits);
  const networks = failureLimit(counting, "network", limits);

  const forgive = async (key: string): Promise<void> => {
    await Promise.all([accounts.forgive(key), knownDevices.forgive(key)]);
  };

  const fromKnownDevice = async (key: string, device: string): Promise<Admitted | undefined> => {
    const attempt = await knownDevices.admit(key, device);
    if (!attempt) return undefined;
    return {
      admitted: true,
      triesLeft: attempt.triesLeft,
      failed: async () => {
        await attempt.failed();
      },
      succeeded: async () => {
        await Promise.all([attempt.succeeded(), accounts.forgive(key)]);
      },
      unjudged: attempt.giveBack,
    };
  };

  const fromElsewhere = async (key: string, { client, accountId }: SignInAttempt): Promise<Admission> => {
    const { address, network } = keys.source(client);
    // Asked together, they are one transaction of the store.
    const [source, standing] = await Promise.all([
      takeAll([
        [addresses, address],
        [networks, network],
      ]),
      accounts.look(key, address),
    ]);
    if (!source.ok) return source.refusal;
    const attempt = await standing.admit();
    if (!attempt.ok) {
      await source.value.giveBack();
      return attempt.refusal;
    }
    const { isFirstOfAccount, isFirstOfAddress, triesLeft, failed, succeeded, giveBack } = attempt.value;
    return {
      admitted: true,
      triesLeft,
      failed: async () => {
        const [isLast] = await Promise.all([failed(), source.value.keep()]);
        const context = { ...noRequest, address: client };
        if (isLast && accountId !== undefined) counting.refused({ type: "password_locked", accountId }, context);
        await spray.failed({ isFirstOfAccount, address: isFirstOfAddress ? address : undefined }, context);
      },
      succeeded: async () => {
        await Promise.all([succeeded(), knownDevices.forgive(key), source.value.giveBack()]);
      },
      unjudged: async () => {
        await Promise.all([giveBack(), source.value.giveBack()]);
      },
    };
  };

  return {
    admit: async (attempt) => {
      const key = keys.account(attempt.email);
      const known = attempt.device === undefined ? undefined : await fromKnownDevice(key, attempt.device);
      return known ?? fromElsewhere(key, attempt);
    },
    forgive: (email) => forgive(keys.account(email)),
  };
}

const failureLimit = (counting: Counting, name: "address" | "network", limits: ThrottleLimits): WindowLimit =>
  createWindowLimit(counting, { name, quota: limits[name].failures, windowMs: limits[name].within, settles: true });
