import { z } from "zod";
import { issuerUrl } from "../config/issuer.ts";
import { validate } from "../config/validate.ts";
import type { EventHook } from "../event.ts";
import type { World } from "../world.ts";
import type { Credentials } from "./knownServices.ts";

/** What `createRelay` takes. */
export type RelayOptions = {
  /** The issuer's URL, or that of another relay of it: what `/revocation/feed` is appended to. https, or http on a loopback host. */
  readonly issuer: string;
  /** The relay's own credentials at the issuer, with the scope `revocation:read`. */
  readonly credentials: Credentials;
  /** What the issuer lists the relay as, with a random end of its own: letters, digits and . _ ~ -, 1 to 100. Default "relay". */
  readonly name?: string;
  /** Is told faults and refusals; default: nobody. */
  readonly onEvent?: EventHook;
  /** Ends the wait for an issuer that does not answer. */
  readonly signal?: AbortSignal;
  /** Clock, randomness and network; default: the real ones. */
  readonly world?: World;
};

/** The options once they are checked. */
export type CheckedRelayOptions = z.output<typeof relayOptionsSchema>;

/** Checks the options of a relay. Throws `ConfigurationError`, which never repeats a secret. */
export const checkRelayOptions = (options: RelayOptions): CheckedRelayOptions =>
  validate(relayOptionsSchema, options, "createRelay");

const printable = /^[\x21-\x7e]+$/;

const relayOptionsSchema = z.strictObject({
  issuer: issuerUrl,
  credentials: z.strictObject({
    id: z.string().regex(/^[\x21-\x39\x3b-\x7e]+$/, "Use printable ASCII without spaces and colons."),
    secret: z.string().regex(printable, "Use printable ASCII without spaces."),
  }),
  name: z
    .string()
    .regex(/^[\w.~-]{1,100}$/, "Use 1 to 100 letters, digits and . _ ~ -")
    .default("relay"),
  onEvent: z.custom<EventHook>((value) => typeof value === "function", "Give a function.").optional(),
  signal: z.instanceof(AbortSignal).optional(),
  world: z.custom<World>((value) => typeof value === "object" && value !== null, "Give a world.").optional(),
});
