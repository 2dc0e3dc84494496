import type { Duration } from "@cardea/verifier";
import { z } from "zod";
import { longestAccessTtl } from "../revoke/revocation.ts";
import { duration } from "./duration.ts";

/** Access tokens. */
export type AccessOptions = {
  /** Life of an access token, `10s` to `1h`; default `5m`. */
  readonly ttl?: Duration;
  /** Whom they are for (`aud`); default `["app"]`. */
  readonly audience?: string | readonly string[];
  /** The client that they name (`client_id`); default `first-party`. */
  readonly clientId?: string;
};

/** Checks `access`. */
export const accessOptions = z.strictObject({
  ttl: duration({ min: "10s", max: longestAccessTtl }).prefault("5m"),
  audience: z
    .union(
      [
        z
          .string()
          .min(1)
          .transform((one) => [one]),
        z.array(z.string().min(1)).min(1).readonly(),
      ],
      "Give a name, or a list of names.",
    )
    .default(["app"]),
  clientId: z.string().min(1).default("first-party"),
});
