import {
  accountScreens,
  messageScreens,
  recoveryScreens,
  type Screen,
  securityScreens,
  signInScreens,
} from "#browser/screens.ts";
import type { Stage } from "#browser/stage.ts";
import type { Shot } from "./shot.ts";

/** Those of the hosted pages that a person meets on a good day, and one of a bad one. */
const chosen: ReadonlySet<string> = new Set([
  "sign-in",
  "sign-up",
  "check-email",
  "reset",
  "signed-out",
  "wait",
  "account",
  "sessions",
  "activity",
  "inbox",
]);

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
    .filter(({ name }) => chosen.has(name.replace(/^account-/, "")))
    .map(({ name, open }) => ({ name, top: "body", height: 760, open: (page) => open(page, stage) }));
