import type { Journal } from "../../audit/journal.ts";
import type { Theme } from "../../pages/theme.ts";
import type { Feed } from "../../revoke/feed.ts";
import type { Revocations } from "../../revoke/revocations.ts";
import type { World } from "../../world.ts";
import type { CookieNames } from "../cookies.ts";
import type { Endings } from "../endings.ts";
import type { Flows } from "../flows.ts";
import type { TrustedOrigins } from "../originCheck.ts";

/** What the hosted pages lead to: the same flows as the routes for programs. */
export type HostedParts = {
  /** The path of the pages, without a slash at the end: that of the issuer and `/pages`. */
  readonly base: string;
  readonly flows: Flows;
  readonly cookies: CookieNames;
  readonly endings: Endings;
  readonly origins: TrustedOrigins;
  readonly refused: Journal["refused"];
  readonly world: Pick<World, "now" | "monotonic">;
  /** `world.now`, for what hands tokens out. */
  readonly now: () => number;
  /** How long ago who changes an address or deletes an account may have proven who they are. */
  readonly freshSeconds: number;
  readonly settings: HostedSettings;
  /** Reads the log of revocations up to its head. */
  readonly pull: Feed["pull"];
  readonly effect: Revocations["effect"];
};

/** The options of the pages, and what other options mean for them. */
export type HostedSettings = {
  readonly theme: Theme;
  /** How many characters a new password needs. */
  readonly minimum: number;
  /** Whether nobody signs in before they proved their address. */
  readonly needsVerifiedEmail: boolean;
  /** Whether addresses are proved at all. */
  readonly canVerify: boolean;
  /** The script of the pages: an ES module, as UTF-8. */
  readonly script: () => Promise<Uint8Array>;
};
