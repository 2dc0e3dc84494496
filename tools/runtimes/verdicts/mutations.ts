import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createVerifier, explain } from "@cardea/jwt";
import { type Dice, diceOf } from "./dice.ts";
import { claims, clock, now, policy, verdictOf } from "./expectations.ts";
import { secretJwk, verificationKey } from "./keys.ts";
import type { Name, Row } from "./row.ts";

const spoiltTokens = 300;
const oddPayloads = 1500;

/** A token of each common key. Signed once, as most signatures are another each time. */
const tokens: Readonly<Record<Name, string>> = JSON.parse(
  readFileSync(new URL("tokens.json", import.meta.url), "utf8"),
);

/** What this runtime says to tokens that were spoilt by chance, the same chance everywhere, and to true tokens of odd claims. */
export const mutationRows = (present: readonly Name[]): readonly Row[] => [
  ...present.flatMap((alg) => rowsOfSpoilt(alg, tokens[alg])),
  ...rowsOfOdd(),
];

function rowsOfSpoilt(alg: Name, token: string): readonly Row[] {
  const dice = diceOf(alg);
  const options = { keys: verificationKey(alg), policy, now: clock };
  const verifier = createVerifier(options);
  return Array.from({ length: spoiltTokens }, (_, index) => {
    const spoilt = spoil(token, dice);
    const verdict = bothVerdicts(verifier, options, spoilt);
    return { id: `${alg}: spoilt ${index}`, about: [alg], verdict, isRight: isRightFor(verdict, spoilt === token) };
  });
}

type Options = Parameters<typeof explain>[1];

/** The verdict, and whether the slow way through the same checks comes to the same. */
function bothVerdicts(verifier: ReturnType<typeof createVerifier>, options: Options, token: string): string {
  const verdict = verdictOf(verifier.verify(token));
  const { ok, refusal } = explain(token, options);
  const agrees = ok ? verdict.startsWith("accepted") : verdict.startsWith(`${refusal?.code}:`);
  return agrees ? verdict : `${verdict}${disagreement}${ok ? "accepted" : refusal?.code}`;
}

const disagreement = ", but explain says ";

const isRightFor = (verdict: string, isUntouched: boolean): boolean =>
  !verdict.includes(disagreement) && verdict.startsWith("accepted") === isUntouched;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Outside the alphabet, among them what a careless decoder takes for a letter or skips. */
const strange = [
  "=",
  "+",
  "/",
  " ",
  "\n",
  "\t",
  ".",
  "%",
  "\u0000",
  "\u00e9",
  "\u0176",
  "\ud800",
  "\ufeff",
  "\u{1f511}",
];

const faults: ReadonlyArray<(token: string, at: number, dice: Dice) => string> = [
  (token, at, dice) => splice(token, at, 1, dice.pick([...alphabet])),
  (token, at, dice) => splice(token, at, 0, dice.pick([...alphabet])),
  (token, at) => splice(token, at, 1, ""),
  (token, at, dice) => splice(token, at, dice.below(2), dice.pick(strange)),
  (token, at) => token.slice(0, at),
  (token, at) => token.slice(at),
  (token, at, dice) => splice(token, at, dice.below(20), token.slice(at, at + dice.below(20))),
  (token, at) => splice(token, at, 2, [...token.slice(at, at + 2)].reverse().join("")),
  (token, _, dice) => dice.shuffle(token.split(".")).join("."),
  // The last character of a segment has bits that mean nothing: the tokens that differ in them alone are not equal.
  (token, _, dice) => token.replace(/.$/, () => dice.pick([...alphabet])),
];

function spoil(token: string, dice: Dice): string {
  const once = dice.pick(faults)(token, dice.below(token.length), dice);
  return dice.below(4) === 0 ? dice.pick(faults)(once, dice.below(once.length + 1), dice) : once;
}

const splice = (text: string, at: number, count: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + count);

/** Payloads under a true HMAC, so that the checks behind the signature are reached. */
function rowsOfOdd(): readonly Row[] {
  const dice = diceOf("payloads");
  const options = { keys: verificationKey("HS256"), policy, now: clock };
  const verifier = createVerifier(options);
  return Array.from({ length: oddPayloads }, (_, index) => {
    const token = sealed(oddHeader(dice), oddPayload(dice));
    const verdict = bothVerdicts(verifier, options, token);
    return {
      id: `a true signature over oddity ${index}`,
      about: [],
      verdict,
      isRight: !verdict.includes(disagreement),
    };
  });
}

function sealed(header: string, payload: string): string {
  const input = [header, payload].map((part) => Buffer.from(part, "latin1").toString("base64url")).join(".");
  const secret = Buffer.from(String(secretJwk("HS256").k), "base64url");
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

const oddHeader = (dice: Dice): string =>
  dice.below(5) > 0 ? '{"alg":"HS256","typ":"JWT","kid":"HS256"}' : oddText('{"alg":"HS256","typ":"JWT"}', dice);

/** Text as latin1, so that any byte is possible, and with it UTF-8 that is none. */
function oddPayload(dice: Dice): string {
  const text = JSON.stringify({ ...claims, [dice.pick(claimNames)]: "?" }).replace('"?"', dice.pick(values));
  return dice.below(3) === 0 ? oddText(text, dice) : text;
}

function oddText(text: string, dice: Dice): string {
  const at = dice.below(text.length);
  const byte = String.fromCharCode(dice.below(256));
  const member = dice.pick(['"exp":1,', '"__proto__":{},', '"a":[[[[]]]],', '"\\u0065xp":9e9,', '"alg":"none",']);
  return dice.pick([
    splice(text, at, 1, byte),
    splice(text, at, 0, byte),
    splice(text, 1, 0, member),
    text.slice(0, at),
    `${text} ${byte}`,
    `\u00ef\u00bb\u00bf${text}`,
  ]);
}

const claimNames = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "x"];
const values = [
  ...[
    "null",
    "true",
    "0",
    "-0",
    "-1",
    "1e999",
    "-1e999",
    "1e400",
    "5e-324",
    "9007199254740993",
    "1.5",
    "1E3",
    "[]",
    "{}",
  ],
  ...[
    '""',
    '"api"',
    '["api"]',
    '["other","api"]',
    '["api",1]',
    '[["api"]]',
    '"https://issuer.test"',
    '"https://issuer.test/"',
  ],
  ...[`${now}`, `${now - 1}`, `${now + 1}`, `${now}.000001`, `"${now}"`, `${now + 3600}`, `${now + 3601}`, `${now}e0`],
  ...['"\\ud800"', '"\\u0000"', '"\\x"', '"\t"', "01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "undefined", "'a'"],
  ...[`${"[".repeat(40)}${"]".repeat(40)}`, `${"[".repeat(400)}${"]".repeat(400)}`, `"${"x".repeat(7000)}"`],
  ...['{"__proto__":1}', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"constructor":{"prototype":null}}'],
];
