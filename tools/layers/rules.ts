import { keepBans } from "./bans.ts";
import { refuseCycles } from "./cycles.ts";
import { keepDirections } from "./directions.ts";
import { requireDocComments } from "./docComments.ts";
import { refuseEmptyNames } from "./names.ts";
import { requirePortableText } from "./portableText.ts";
import { keepRooms } from "./rooms.ts";
import { limitSize } from "./size.ts";
import type { Checker } from "./source.ts";
import { requireHonestTests } from "./testShape.ts";
import { refuseUnfinished } from "./unfinished.ts";

/** The shape of this repository, rule by rule. layers.test.ts holds the code to it, and each rule to a planted fault. */
export const rules: ReadonlyArray<{ readonly rule: string; readonly check: Checker }> = [
  { rule: "packages import downwards, by name, and only what they list", check: keepDirections },
  { rule: "rooms of the server import only what rows.ts lets them see", check: keepRooms },
  { rule: "what is banned stands only where it is allowed", check: keepBans },
  { rule: "no file has more than 300 lines", check: limitSize },
  { rule: "every name says what is inside", check: refuseEmptyNames },
  { rule: "no file imports itself through others", check: refuseCycles },
  { rule: "every export has a doc comment directly above", check: requireDocComments },
  { rule: "every test runs, and every test file asserts", check: requireHonestTests },
  { rule: "no comment speaks of unfinished work", check: refuseUnfinished },
  { rule: "committed text works on any machine and from any registry", check: requirePortableText },
];
