import { createConsecutiveFailures } from "./consecutiveFailures.ts";
import { CounterLimiter, type Counting } from "./counterLimiter.ts";
import { createFailureCap } from "./failureCap.ts";
import type { ThrottleLimits } from "./limits.ts";

/** Guesses by devices that have signed in to the account before. */
export type KnownDevices = {
  /** Counts the attempt before it is made; undefined when the device has used up its own, and is treated as one that is not known. */
  readonly admit: (account: string, device: string) => Promise<DeviceAttempt | undefined>;
  readonly forgive: (account: string) => Promise<void>;
};

/** An attempt of a known device. */
export type DeviceAttempt = {
  /** How many failures the device has left once this one has failed; undefined for its last, after which it is like any other. */
  readonly triesLeft: number | undefined;
  readonly failed: () => Promise<unknown>;
  readonly succeeded: () => Promise<void>;
  readonly giveBack: () => Promise<void>;
};

/** A few failures per device and time, and a share of the failures in a row that an account may have: a stolen device guesses no further. */
export function createKnownDevices(counting: Counting, { knownDevice }: ThrottleLimits): KnownDevices {
  const { failures, within, share } = knownDevice;
  const ofDevice = new CounterLimiter(counting, { name: "known_device", points: failures, windowMs: within });
  const inARow = createConsecutiveFailures(counting, "known_devices");
  const cap = createFailureCap(counting, "known_devices", share);

  const forgive = async (account: string): Promise<void> => {
    await Promise.all([inARow.forget(account), cap.forget(account)]);
  };

  return {
    admit: async (account, device) => {
      if ((await cap.msLeft(account)) > 0) return undefined;
      const key = `${account}:${device}`;
      const [{ consumedPoints }, count] = await Promise.all([ofDevice.penalty(key), inARow.add(account)]);
      const giveBack = async (): Promise<void> => {
        await Promise.all([ofDevice.reward(key), inARow.giveBack(account)]);
      };
      if (consumedPoints > failures || count > share) {
        await giveBack();
        return undefined;
      }
      return {
        triesLeft: failures - consumedPoints || undefined,
        giveBack,
        failed: () => cap.failed(account),
        succeeded: async () => {
          await Promise.all([ofDevice.delete(key), forgive(account)]);
        },
      };
    },
    forgive,
  };
}
