import type { Duration } from "@cardea/verifier";
import { z } from "zod";
import type { FirebaseKey, Pepper } from "../people/passwordHasher/checkKeys.ts";
import { defaultHashCost } from "../people/passwordHasher/hashCost.ts";
import type { PasswordHasherOptions } from "../people/passwordHasher/passwordHasher.ts";
import { pepperIdForm } from "../people/passwordHasher/storedHash/argon2.ts";
import { bytesOfBase64 } from "../people/passwordHasher/storedHash/base64.ts";
import type { BreachedPasswords, PolicyName } from "../people/passwords/policy.ts";
import { duration } from "./duration.ts";
import { secretBytes } from "./secretBytes.ts";

/** Passwords: how they are hashed, what new ones must be, and how foreign hashes are checked. */
export type PasswordOptions = {
  /** argon2id memory of a new hash in KiB, from 19456 (the default) to 1048576. */
  readonly memoryKiB?: number;
  /** argon2id passes of a new hash, 2 (the default) to 10. */
  readonly passes?: number;
  /** Hashing threads, 1 to 64; default one a core, at most 4. Each needs the memory of a hash. */
  readonly workers?: number;
  /** How many may wait for a thread, 1 to 100000; default as many as are served within `maxWait`. */
  readonly maxQueue?: number;
  /** How long somebody may wait for a thread, `100ms` to `30s`; default `1s`. Without effect beside `maxQueue`. */
  readonly maxWait?: Duration;
  /** A secret that goes into every new hash and is not in the store: `{ id, secret }`, or `id:secret` as text. Default: none. */
  readonly pepper?: PepperOption;
  /** Peppers of earlier hashes, which are replaced when their people sign in. */
  readonly earlierPeppers?: readonly PepperOption[];
  /** `default`: at least 8 code points; `nist-800-63b-4`: at least 15. */
  readonly policy?: PolicyName;
  /** What passwords must not be made of: names of the product and the organisation, 3 to 64 characters each, at most 100. */
  readonly contextWords?: readonly string[];
  /** Whether a new password is known from a breach: `hibp({ whenDown })`, or a function of your own. Default: nobody is asked. */
  readonly breached?: BreachedPasswords;
  /** For hashes of Firebase Authentication: the project's `base64_signer_key` and `base64_salt_separator`. */
  readonly firebase?: { readonly signerKey: string; readonly saltSeparator: string };
};

/** `id` is 1 to 8 of `A-Z a-z 0-9 _ -`; `secret` at least 32 random bytes, as such or as base64url text. */
export type PepperOption = string | { readonly id: string; readonly secret: string | Uint8Array };

const whole = (min: number, max: number): z.ZodNumber => {
  const message = `Use ${min} to ${max}.`;
  return z.number(message).int(message).min(min, message).max(max, message);
};

const pepper: z.ZodType<Pepper, PepperOption> = z
  .custom<PepperOption>((given) => typeof given === "string" || (typeof given === "object" && given !== null), {
    message: "Give { id, secret }, or the text id:secret.",
  })
  .transform((given) => (typeof given === "string" ? { id: textBefore(given), secret: textAfter(given) } : given))
  .pipe(
    z.strictObject({
      id: z.string().regex(pepperIdForm, "Use 1 to 8 of the characters A-Z a-z 0-9 _ -, before a colon."),
      secret: secretBytes,
    }),
  );

const textBefore = (text: string): string => text.slice(0, Math.max(0, text.indexOf(":")));
const textAfter = (text: string): string => text.slice(text.indexOf(":") + 1);

const base64: z.ZodType<Uint8Array, string> = z
  .string("Give the base64 text of the project's password hash parameters.")
  .transform((text, context) => {
    const bytes = bytesOfBase64(text.trim());
    if (bytes) return bytes;
    context.addIssue({ code: "custom", message: "Give the base64 text of the project's password hash parameters." });
    return z.NEVER;
  });

const firebase: z.ZodType<FirebaseKey, { signerKey: string; saltSeparator: string }> = z.strictObject({
  signerKey: base64,
  saltSeparator: base64,
});

/** Checks `passwords`. */
export const passwordOptions = z
  .strictObject({
    memoryKiB: whole(defaultHashCost.memoryKiB, 1_048_576).default(defaultHashCost.memoryKiB),
    passes: whole(defaultHashCost.passes, 10).default(defaultHashCost.passes),
    workers: whole(1, 64).optional(),
    maxQueue: whole(1, 100_000).optional(),
    maxWait: duration({ min: "100ms", max: "30s" }).optional(),
    pepper: pepper.optional(),
    earlierPeppers: z.array(pepper).max(100).readonly().optional(),
    policy: z.enum(["default", "nist-800-63b-4"], 'Use "default" or "nist-800-63b-4".').optional(),
    contextWords: z
      .array(z.string().min(3, "Use 3 to 64 characters a word.").max(64, "Use 3 to 64 characters a word."))
      .max(100, "Give at most 100 words.")
      .readonly()
      .optional(),
    breached: z
      .custom<BreachedPasswords>(
        (value) => typeof value === "function",
        'Give hibp({ whenDown: "refuse" }), or a function of the password.',
      )
      .optional(),
    firebase: firebase.optional(),
  })
  .refine((given) => new Set(peppers(given).map(({ id }) => id)).size === peppers(given).length, {
    path: ["earlierPeppers"],
    message: "Each pepper needs an id of its own, since hashes name theirs by it.",
  });

const peppers = (given: {
  readonly pepper?: Pepper | undefined;
  readonly earlierPeppers?: readonly Pepper[] | undefined;
}): readonly Pepper[] => [...(given.pepper ? [given.pepper] : []), ...(given.earlierPeppers ?? [])];

/** The settings of the hashing pool out of the checked options. */
export const hasherOptions = ({
  memoryKiB,
  passes,
  workers,
  maxQueue,
  maxWait,
  pepper: current,
  earlierPeppers,
  firebase: firebaseKey,
}: z.output<typeof passwordOptions>): Omit<PasswordHasherOptions, "world"> => ({
  cost: { memoryKiB, passes, parallelism: 1 },
  workers,
  maxQueue,
  maxWaitMs: maxWait,
  pepper: current,
  earlierPeppers,
  firebase: firebaseKey,
});
