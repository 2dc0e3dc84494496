import {
  accountScreens,
  messageScreens,
  recoveryScreens,
  type Screen,
  securityScreens,
  signInScreens,
} from "#browser/screens.ts";
import type { Stage } from "#browser/stage.ts";
import { bothSchemes, type Shot } from "./shot.ts";

/** One of each page that a person sees, and what they meet on a bad day. */
const chosen: ReadonlySet<string> = new Set([
  "sign-in",
  "sign-in-refused",
  "sign-up",
  "signed-out",
  "check-email",
  "forgot",
  "reset",
  "verify",
  "change-email",
  "wait",
  "error",
  "inbox",
  "account",
  "account-password",
  "account-email",
  "account-sessions",
  "account-sessions-ended",
  "account-activity",
  "account-data",
  "account-confirm",
]);

/** Those that are pictured in the dark, too. */
const inTheDark: ReadonlySet<string> = new Set(["sign-in", "account-sessions"]);

const all: readonly Screen[] = [
  ...signInScreens,
  ...recoveryScreens,
  ...messageScreens,
  ...accountScreens,
  ...securityScreens,
];

/** The screens of the hosted pages. */
export const hostedShots = (stage: Stage): readonly Shot[] =>
  all
    .filter(({ name }) => chosen.has(name))
    .map(({ name, open }) => ({
      name,
      top: "body",
      height: 860,
      schemes: inTheDark.has(name) ? bothSchemes : ["light"],
      open: (page) => open(page, stage),
    }));
