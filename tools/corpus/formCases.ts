import type { CorpusCase } from "./corpus.ts";
import { b64, craft, craftClaims, goodClaims, headerOf, segments, signatureOf, signed, tokenCase } from "./craft.ts";
import { type Signer, signer } from "./signers.ts";

const hs256 = signer("hs256");
const names = ["header", "payload", "signature"] as const;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const malformed = (id: string, title: string, reason: string, token: string, by: Signer = hs256): CorpusCase =>
  tokenCase(`form-${id}`, { title, reason, token, by, expected: "malformed_token" });

/** The token with one segment spelled otherwise. The signature is over the other spelling, so nothing else is wrong. */
function respelled(token: string, at: number, change: (segment: string) => string, by: Signer = hs256): string {
  const parts = segments(token).map((part, index) => (index === at ? change(part) : part));
  const [header = "", payload = "", signature = ""] = parts;
  return at === 2 ? `${header}.${payload}.${signature}` : signed(`${header}.${payload}`, by.seal);
}

/** A good token whose every segment has bits to spare in its last character, and holds both `-` and `_`. */
function roomyToken(): string {
  for (let x = 0; ; x++) {
    const header = headerOf(hs256, { x: "???>>>~" });
    const token = craft(hs256, { header, payload: JSON.stringify({ ...goodClaims, x, y: "???>>>~~" }) });
    const isRoomy = segments(token).every((part) => part.length % 4 > 1 && part.includes("-") && part.includes("_"));
    if (isRoomy) return token;
  }
}

/** The next character that decodes to the same bytes. */
function alias(segment: string, step = 1): string {
  const last = alphabet.indexOf(segment.at(-1) ?? "A");
  return segment.slice(0, -1) + alphabet[last + step];
}

const roomy = roomyToken();

const inEachSegment = (make: (segment: (typeof names)[number], at: number) => readonly CorpusCase[]) =>
  names.flatMap((segment, at) => make(segment, at));

const padding = inEachSegment((segment, at) =>
  ["=", "==", "%3D"].map((pad, index) =>
    malformed(
      `padding-${segment}-${index + 1}`,
      `The ${segment} ends with ${pad}, and the signature is right for that spelling.`,
      "RFC 7515 §2, RFC 4648 §3.2",
      respelled(roomy, at, (part) => part + pad),
    ),
  ),
);

const pairPadding = ["rs256", "es256", "eddsa"].map((name) =>
  malformed(
    `padding-signature-${name}`,
    `A good ${name.toUpperCase()} signature has one padding character.`,
    "RFC 7515 §2, RFC 4648 §3.2",
    `${craft(signer(name))}==`,
    signer(name),
  ),
);

const aliases = inEachSegment((segment, at) =>
  [1, 2].map((step) =>
    malformed(
      `alias-${segment}-${step}`,
      `The ${segment} is another spelling of the same bytes: unused bits of its last character are set.`,
      "RFC 4648 §3.5",
      respelled(roomy, at, (part) => alias(part, step)),
    ),
  ),
);

const pairAliases = ["rs256", "es256", "eddsa", "es384", "ps256"].flatMap((name) => {
  const token = craft(signer(name));
  const steps = signatureOf(token).length % 3 === 0 ? [] : [1];
  return steps.map((step) =>
    malformed(
      `alias-signature-${name}-${step}`,
      `The ${name.toUpperCase()} signature is another spelling of the same bytes.`,
      "RFC 4648 §3.5",
      respelled(token, 2, (part) => alias(part, step), signer(name)),
      signer(name),
    ),
  );
});

const standardAlphabet = inEachSegment((segment, at) => [
  malformed(
    `alphabet-${segment}`,
    `The ${segment} is in the alphabet of base64 with + and / in place of - and _.`,
    "RFC 7515 §2, RFC 4648 §5",
    respelled(roomy, at, (part) => part.replaceAll("-", "+").replaceAll("_", "/")),
  ),
]);

const spaces = { space: " ", newline: "\n", crlf: "\r\n", tab: "\t" };
const oddities = { nul: "\0", nbsp: "\u00a0", bom: "\ufeff", "zero-width-space": "\u200b", ideographic: "\u3000" };

const whiteSpace = [
  ...inEachSegment((segment, at) =>
    Object.entries(spaces)
      .slice(0, segment === "signature" ? 4 : 2)
      .map(([name, space]) =>
        malformed(
          `inner-${name}-${segment}`,
          `There is a ${name} within the ${segment}, and the signature is right for that spelling.`,
          "RFC 7515 §7.1, RFC 4648 §3.3",
          respelled(roomy, at, (part) => part.slice(0, 8) + space + part.slice(8)),
        ),
      ),
  ),
  ...Object.entries(spaces).map(([name, space]) =>
    malformed(`leading-${name}`, `There is a ${name} before the token.`, "RFC 7515 §7.1", space + roomy),
  ),
  ...Object.entries({ ...spaces, ...oddities }).map(([name, space]) =>
    malformed(`trailing-${name}`, `There is a ${name} after the token.`, "RFC 7515 §7.1", roomy + space),
  ),
];

const wide = inEachSegment((segment, at) =>
  [0x100, 0xff00].map((high) =>
    malformed(
      `wide-${segment}-${high.toString(16)}`,
      `A character of the ${segment} is right in its low 8 bits alone, as U+0176 is for v.`,
      "RFC 7515 §7.1 (ASCII)",
      respelled(roomy, at, (part) => part.slice(0, 9) + wider(part, 9, high) + part.slice(10)),
    ),
  ),
);

function wider(text: string, at: number, high: number): string {
  return String.fromCharCode(text.charCodeAt(at) | high);
}

const good = craft(hs256);
const [header, payload, signature] = segments(good);
const flattened = { payload, protected: header, signature };
const polyglot = `{"${header}.":"","payload":"${b64('{"sub":"admin"}')}","protected":"${header}","signature":"${signature}"}`;

const counts = Object.entries({
  empty: "",
  "1-dot": ".",
  "2-dots": "..",
  "4-dots": "....",
  "1-part": header,
  "2-parts": `${header}.${payload}`,
  "empty-payload": `${header}..${signature}`,
  "empty-header": `.${payload}.${signature}`,
  "4-parts": `${good}.${signature}`,
  "4-parts-first-twice": `${header}.${good}`,
  "5-parts": `${good}.a.b`,
  "trailing-dot": `${good}.`,
  "leading-dot": `.${good}`,
  "1000-dots": ".".repeat(1000),
  "1000-dots-behind": good + ".".repeat(1000),
}).map(([name, token]) =>
  malformed(`parts-${name}`, `The token is not three parts: ${name.replaceAll("-", " ")}.`, reasonOf(name), token),
);

function reasonOf(name: string): string {
  return name.startsWith("1000") ? "CVE-2025-30204" : "RFC 7515 §7.1";
}

const wrapped = Object.entries({
  "double-quotes": `"${good}"`,
  "single-quotes": `'${good}'`,
  "angle-brackets": `<${good}>`,
  bearer: `Bearer ${good}`,
  "two-tokens": `${good},${good}`,
  "percent-dots": good.replaceAll(".", "%2E"),
  "json-flattened": JSON.stringify(flattened),
  "json-general": JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
  polyglot,
  jwe: [b64('{"alg":"dir","enc":"A128GCM"}'), "", b64("iv"), b64("text"), b64("tag")].join("."),
}).map(([name, token]) =>
  malformed(
    `wrapped-${name}`,
    `A good token in a form that is not the compact one: ${name.replaceAll("-", " ")}.`,
    name === "polyglot" ? "CVE-2022-39227" : "RFC 7515 §7.1, RFC 7519 §3",
    token,
  ),
);

const sizes = [8193, 16_384, 32_768].map((length) =>
  tokenCase(`form-size-${length}`, {
    title: `A rightly signed token of about ${length} characters is above the limit of 8192.`,
    reason: "CVE-2025-61920",
    token: craftClaims(hs256, { x: "x".repeat(Math.ceil((length - craftClaims(hs256, { x: "" }).length) * 0.75) + 1) }),
    expected: "token_too_long",
    policy: { maxTokenBytes: 8192 },
  }),
);

const junkSizes = Object.entries({ dots: ".", letters: "a" }).map(([name, character]) =>
  tokenCase(`form-size-${name}`, {
    title: `9000 ${name} are above the limit of 8192.`,
    reason: "CVE-2025-30204, CVE-2025-61920",
    token: character.repeat(9000),
    expected: "token_too_long",
    policy: { maxTokenBytes: 8192 },
  }),
);

/** Spellings that are not the compact form (RFC 7515 §7.1). */
export const formCases: readonly CorpusCase[] = [
  ...[...padding, ...pairPadding, ...aliases, ...pairAliases, ...standardAlphabet, ...whiteSpace, ...wide],
  ...[...counts, ...wrapped, ...sizes, ...junkSizes],
];
