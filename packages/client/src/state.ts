import type { User } from "./wire.ts";

/** How being signed in ended. */
export type EndReason =
  /** This client was told to. */
  | "signed_out"
  /** The issuer ended the session while its access token was still good: somebody revoked it, or a stolen token came to light. */
  | "revoked"
  /** The issuer would not go on with a session whose access token had run out. */
  | "expired";

/** What brought a state about. */
export type Reason =
  | EndReason
  /** What was found when the page began. */
  | "started"
  | "signed_in"
  /** The next tokens are there, in this tab or another one. */
  | "refreshed"
  /** The issuer cannot be reached. Whoever was signed in stays it. */
  | "offline"
  /** Another tab signed out. */
  | "signed_out_elsewhere";

/** Whether somebody is signed in, as far as this client knows; a new object whenever something changes. */
export type State<Fields = Readonly<Record<string, unknown>>> =
  | { readonly status: "loading"; readonly reason?: undefined; readonly user?: undefined }
  | { readonly status: "signed_in"; readonly reason: Reason; readonly user: User<Fields> }
  | { readonly status: "signed_out"; readonly reason: Reason; readonly user?: undefined };

/** How a sign-out is called in all tabs but the one that was told to. */
export const elsewhere: Reason = "signed_out_elsewhere";

/** The state before anything is known. */
export const loading: State = { status: "loading" };
