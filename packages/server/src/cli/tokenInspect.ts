import { peek } from "@cardea/jwt";
import { escapeControls } from "../printable.ts";
import type { Command } from "./command.ts";
import { dim, humanTime, partColours, print } from "./output.ts";
import { readToken } from "./readToken.ts";

/** `token inspect`: takes a token apart without trusting it. Nothing is looked up and nothing is sent anywhere. */
export const tokenInspect: Command = {
  name: "token inspect",
  about: "Takes a token apart without checking it (- reads standard input)",
  words: ["TOKEN|-"],
  flags: {},
  run: async (given) => {
    const token = await readToken(given.words[0]);
    const peeked = peek(token);
    if (!peeked)
      throw new Error(
        "This is not a JWT: it does not have the form header.payload.signature. (Opaque tokens say nothing; check one with: cardea token verify -)",
      );
    const { unverifiedHeader, unverifiedClaims } = peeked;
    print(given.is("json"), { verified: false, header: unverifiedHeader, claims: unverifiedClaims }, () =>
      report(token, unverifiedHeader, unverifiedClaims),
    );
    return 0;
  },
};

function report(token: string, header: object, claims: object): string {
  const [first = "", second = "", third = ""] = token.split(".");
  const { header: red, payload: magenta, signature: cyan } = partColours;
  return [
    [red(first), magenta(second), cyan(third)].join("."),
    "",
    red("header"),
    red(escapeControls(JSON.stringify(header, undefined, 2), "\n")),
    magenta("payload"),
    magenta(escapeControls(JSON.stringify(claims, undefined, 2), "\n")),
    ...times(claims),
    cyan("signature"),
    cyan(`${Buffer.from(third, "base64url").length} bytes, not checked`) +
      dim("  (check it with: cardea token verify -)"),
  ].join("\n");
}

/** The NumericDate claims (RFC 7519 2) as people read them. */
function times(claims: object): readonly string[] {
  return Object.entries(claims).flatMap(([name, value]) => {
    const meaning = meanings.get(name);
    if (meaning === undefined || typeof value !== "number" || Math.abs(value) > 8.64e12) return [];
    return [dim(`  ${name.padEnd(9)} ${meaning.padEnd(14)} ${humanTime(value * 1000)}  ${distance(value)}`)];
  });
}

const meanings: ReadonlyMap<string, string> = new Map([
  ["iat", "issued"],
  ["nbf", "not before"],
  ["exp", "expires"],
  ["auth_time", "signed in"],
]);

function distance(seconds: number): string {
  const away = Math.round(seconds - Date.now() / 1000);
  const [unit, size] = units.find(([, length]) => Math.abs(away) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(away / size), unit);
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
