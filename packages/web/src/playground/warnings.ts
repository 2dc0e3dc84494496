import { byteCount, type Json, objectIn, partsOf } from "./jwt.ts";

/** What is wrong with a token by the look of it, whoever signed it. */
export type Warning = { readonly title: string; readonly text: string };

/** Looks at a token without checking anything. `now` is in milliseconds since the epoch. */
export function warningsOf(token: string, now: number): readonly Warning[] {
  const parts = partsOf(token);
  const header = parts && objectIn(parts.header);
  const payload = parts && objectIn(parts.payload);
  if (!parts || !header || !payload) return [];
  return [
    ...ofHeader(header, byteCount(parts.signature)),
    ...ofTimes(payload, now),
    ...ofSecrets(payload),
    ...ofSize(token),
  ];
}

function ofHeader(header: Json, signatureBytes: number | undefined): readonly Warning[] {
  const { alg, typ, kid } = header;
  const risky = ["jku", "x5u", "jwk", "x5c"].filter((name) => name in header);
  return [
    ...(typeof alg === "string" && alg.toLowerCase() === "none"
      ? [
          {
            title: "alg is none",
            text: "It says that it needs no signature. Whoever believes that believes anybody (RFC 8725, 2.1).",
          },
        ]
      : []),
    ...(signatureBytes === 0 ? [{ title: "No signature", text: "Nothing proves who made it." }] : []),
    ...(typeof alg === "string" && alg.startsWith("HS")
      ? [
          {
            title: "Signed with a shared secret",
            text: "Whoever can check it can also make it. If its issuer publishes a public key, this is the attack in which that key is taken for the secret (RFC 8725, 2.1).",
          },
        ]
      : []),
    ...risky.map((name) => ({
      title: `The header brings ${name}`,
      text: "A verifier that follows it checks the token with a key of the token's own choice (RFC 8725, 3.10).",
    })),
    ...(typ === undefined
      ? [{ title: "No typ", text: "Without it, a token of one kind can pass for another (RFC 8725, 3.11)." }]
      : []),
    ...(typeof kid === "string" && !/^[\w.:~=+-]{1,200}$/.test(kid)
      ? [
          {
            title: "An odd kid",
            text: "It looks like a path or a query: whoever looks keys up by it may be led elsewhere.",
          },
        ]
      : []),
  ];
}

function ofTimes({ exp, iat, nbf }: Json, now: number): readonly Warning[] {
  if (exp === undefined) return [{ title: "No exp", text: "It never ends. Once stolen, it is good for ever." }];
  if (typeof exp !== "number") return [{ title: "exp is no number", text: "Nobody can say when it ends." }];
  const days = typeof iat === "number" ? (exp - iat) / 86_400 : 0;
  return [
    ...(exp * 1000 <= now ? [{ title: "It has ended", text: "By the clock of this device its time is up." }] : []),
    ...(days > 1
      ? [
          {
            title: `Good for ${Math.round(days)} days`,
            text: "A long time for something that works for whoever finds it.",
          },
        ]
      : []),
    ...(typeof nbf === "number" && nbf * 1000 > now ? [{ title: "Not yet", text: "Its time has not come." }] : []),
  ];
}

function ofSecrets(payload: Json): readonly Warning[] {
  const found = names(payload).filter((name) => secretName.test(name));
  if (found.length === 0) return [];
  return [
    {
      title: "A secret in the payload?",
      text: `Anybody can read a token: it is signed, not sealed. Look at ${found.slice(0, 3).join(", ")}.`,
    },
  ];
}

const secretName = /pass(?:word|wd|phrase)?$|secret|private|api_?key|credit|card_?number|cvv|iban|ssn|pin$/i;

/** Every name of a member, however deep, to a point. */
function names(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== "object" || value === null || depth > 4) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner, depth + 1)]);
}

function ofSize(token: string): readonly Warning[] {
  if (token.length <= 4096) return [];
  return [
    {
      title: `${token.length} characters`,
      text: "It travels with every request. Browsers drop cookies above 4096 bytes, and many servers refuse headers above 8 kB.",
    },
  ];
}
