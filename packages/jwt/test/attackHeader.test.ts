import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { publicKey, type RefusalCode } from "@cardea/jwt";
import { type Actor, actors, everyActor, kid, mainActors } from "./support/actors.ts";
import { assertVerdict, b64, craft, headerOf, segments, verdictOf, verifierOf } from "./support/craft.ts";

/** Headers under a true signature, so that nothing but the header can be the reason. */
type HeaderAttack = {
  readonly row: string;
  readonly code: RefusalCode;
  readonly headers: (actor: Actor) => readonly (string | Uint8Array)[];
};

const withAlg = (alg: unknown) => JSON.stringify({ alg, typ: "JWT", kid });
const each = (actor: Actor, ...members: readonly object[]) => members.map((member) => headerOf(actor, member));
const utf16 = (text: string) => Buffer.from(text, "utf16le");

const attacks: readonly HeaderAttack[] = [
  {
    row: "J-01, ASVS-9.1.2, JWT-2 alg none, in any spelling",
    code: "wrong_algorithm",
    headers: () => ["none", "None", "NONE", "nOnE", "none ", " none", "none\0", "n\u200bone"].map(withAlg),
  },
  {
    row: "J-03 alg missing or of another type",
    code: "malformed_header",
    headers: ({ alg }) => [
      JSON.stringify({ typ: "JWT", kid }),
      ...[null, "", 0, 1, true, [alg], [], { alg }, {}].map(withAlg),
    ],
  },
  {
    row: "J-03, JWT-2 alg that no table has",
    code: "wrong_algorithm",
    headers: ({ alg }) =>
      [alg.toLowerCase(), `${alg} `, `${alg}\0`, "HS1", "RS1", "ES256K", "RSA-OAEP", "dir"]
        .concat("__proto__", "constructor", "toString", "hasOwnProperty")
        .map(withAlg),
  },
  {
    row: "J-16 kid that is no text",
    code: "malformed_header",
    headers: (actor) => each(actor, { kid: 7 }, { kid: null }, { kid: ["the-key"] }, { kid: {} }, { kid: "" }),
  },
  {
    row: "J-16 typ that is no text",
    code: "malformed_header",
    headers: (actor) => each(actor, { typ: 1 }, { typ: null }, { typ: ["JWT"] }, { typ: "" }),
  },
  {
    row: "J-18 crit of any kind, and b64",
    code: "unsupported_critical",
    headers: (actor) => [
      ...each(actor, { crit: ["foo"], foo: 1 }, { crit: [] }, { crit: ["alg"] }, { crit: "foo" }, { crit: null }),
      ...each(actor, { crit: ["b64"], b64: false }, { crit: ["exp"] }, { b64: false }, { b64: true }),
    ],
  },
  {
    row: "J-20 duplicate members",
    code: "malformed_header",
    headers: ({ alg }) => [
      `{"alg":"none","alg":"${alg}","kid":"${kid}"}`,
      `{"alg":"${alg}","alg":"none","kid":"${kid}"}`,
      `{"alg":"${alg}","alg":"${alg}","kid":"${kid}"}`,
      `{"alg":"${alg}","\\u0061lg":"${alg}","kid":"${kid}"}`,
      `{"alg":"${alg}","kid":"evil","kid":"${kid}"}`,
      `{"alg":"${alg}","kid":"${kid}","x":{"a":[{"b":1,"b":1}]}}`,
    ],
  },
  {
    row: "J-30, JWT-8 a header that is no JSON object in UTF-8",
    code: "malformed_header",
    headers: (actor) => [
      ...["[]", `["${actor.alg}"]`, `"${actor.alg}"`, "1", "null", "true", " ", "{", "alg", "{'alg':'x'}", "{}{}"],
      ...[`\ufeff${headerOf(actor)}`, `${headerOf(actor)}\0`, `${headerOf(actor)},`],
      utf16(headerOf(actor)),
      Buffer.concat([Buffer.of(0xff, 0xfe), utf16(headerOf(actor))]),
      Buffer.from(headerOf(actor, { x: "é" }), "latin1"),
      Buffer.concat([Buffer.from(headerOf(actor, { x: "" }).slice(0, -2)), Buffer.of(0xc0, 0xa2), Buffer.from('"}')]),
    ],
  },
  {
    row: "J-30 a header nested deeper than 32",
    code: "malformed_header",
    headers: (actor) => [headerOf(actor, { x: JSON.parse("[".repeat(32) + "]".repeat(32)) })],
  },
  {
    row: "J-15, JWT-11 kid that looks like code or like a member of every object",
    code: "unknown_key",
    headers: (actor) =>
      ["__proto__", "constructor", "toString", "hasOwnProperty", "|id", "$(id)", "`id`", "\r\nSET x y", "*", " "].map(
        (evil) => headerOf(actor, { kid: evil }),
      ),
  },
  {
    row: "J-16 kid of 128, 129 and 4000 characters",
    code: "unknown_key",
    headers: (actor) => [128, 129, 4000].map((length) => headerOf(actor, { kid: "k".repeat(length) })),
  },
  {
    row: "J-38, ASVS-9.2.2, JWT-12, JWT-13 another type of token under the same key",
    code: "wrong_type",
    headers: (actor) =>
      ["at+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt", "JOSE", "jwt ", "J\u212aT", "application/x/jwt", "text/jwt"]
        .map((typ) => ({ typ }))
        .flatMap((member) => each(actor, member)),
  },
];

for (const { row, code, headers } of attacks) {
  describe(row, () => {
    for (const actor of mainActors) {
      test(actor.alg, () => {
        const tokens = headers(actor).map((header) => craft(actor, { header }));
        assertVerdict(actor, tokens, code);
      });
    }
  });
}

describe("J-01 an unsigned token", () => {
  for (const actor of everyActor) {
    test(actor.alg, () => {
      for (const alg of ["none", actor.alg]) {
        const [header, payload] = segments(craft(actor, { header: withAlg(alg) }));
        assertVerdict(actor, [`${header}.${payload}.`, `${header}.${payload}`], "malformed_token");
      }
    });
  }
});

describe("J-10, ASVS-9.1.3 a key in the header is not looked at", () => {
  const attackers = { ...actors.ES256.publicKeyObject.export({ format: "jwk" }), kid };
  const secret = Buffer.from("an attacker's very own 32 bytes!");
  const oct = { kty: "oct", k: b64(secret), kid };
  const byOct = (input: string | Uint8Array) => createHmac("sha256", secret).update(input).digest("base64url");

  for (const actor of mainActors) {
    test(actor.alg, () => {
      const x5c = [b64("certificate")];
      const header = headerOf(actor, { jwk: attackers, x5c, x5t: "a", "x5t#S256": "b" });
      assertVerdict(actor, [craft(actor, { header })], "accepted");
      assertVerdict(
        actor,
        [craft({ ...actor, seal: byOct }, { header: headerOf(actor, { jwk: oct }) })],
        "bad_signature",
      );
    });
  }

  test("nor under HS256, for a verifier with a public key", () => {
    const header = JSON.stringify({ alg: "HS256", typ: "JWT", kid, jwk: oct });
    assertVerdict(actors.ES256, [craft({ ...actors.ES256, seal: byOct }, { header })], "wrong_algorithm");
  });
});

test("J-11, ASVS-9.1.3, JWT-11 jku and x5u are not fetched", async () => {
  let hits = 0;
  const server = createServer((_, response) => {
    hits += 1;
    response.end('{"keys":[]}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const here = `http://127.0.0.1:${port}/jwks`;
  const urls = [
    here,
    `https://issuer.test@127.0.0.1:${port}`,
    "file:///etc/passwd",
    "gopher://127.0.0.1",
    `${here}#@?`,
  ];
  try {
    for (const actor of mainActors) {
      for (const url of urls) {
        const header = headerOf(actor, { jku: url, x5u: url, kid: "unknown" });
        assertVerdict(actor, [craft(actor, { header })], "unknown_key");
      }
    }
  } finally {
    server.close();
    await once(server, "close");
  }
  assert.equal(hits, 0);
});

describe("J-13 kid that names a file", () => {
  const files = ["../../../../dev/null", "/dev/null", "/proc/self/environ", "..\\..\\", "file:///dev/null"];
  const byNothing = (input: string | Uint8Array) => createHmac("sha256", "").update(input).digest("base64url");

  for (const actor of mainActors) {
    test(actor.alg, () => {
      const tokens = files.map((file) =>
        craft({ ...actor, seal: byNothing }, { header: JSON.stringify({ alg: "HS256", typ: "JWT", kid: file }) }),
      );
      assertVerdict(actor, tokens, "unknown_key");
    });
  }
});

describe("J-16 a token without kid", () => {
  for (const actor of mainActors) {
    test(`${actor.alg}: is taken when one key fits`, () => {
      assertVerdict(actor, [craft(actor, { header: JSON.stringify({ alg: actor.alg }) })], "accepted");
    });
  }

  test("a key without kid takes any kid, as its one algorithm", () => {
    const anonymous = publicKey(actors.ES256.publicKeyObject, { alg: "ES256" });
    const verifier = verifierOf({ verificationKey: anonymous });
    for (const named of ["a", "__proto__", kid]) {
      assert.equal(
        verdictOf(verifier.verify(craft(actors.ES256, { header: headerOf(actors.ES256, { kid: named }) }))),
        "accepted",
      );
    }
  });
});

describe("J-30 odd but honest JSON is taken", () => {
  for (const actor of mainActors) {
    test(actor.alg, () => {
      const { alg } = actor;
      assertVerdict(
        actor,
        [
          `\r\n{ "kid" :\t"${kid}" , "alg":"${alg}" }\n`,
          `{"\\u0061lg":"${alg}","kid":"${kid}"}`,
          `{"alg":"${alg}","kid":"${kid}","__proto__":{"alg":"none","crit":["x"]}}`,
          `{"alg":"${alg}","kid":"${kid}","x":{"alg":"none"},"y":[{"alg":1},{"alg":2}],"z":":{[\\"alg\\":"}`,
        ].map((header) => craft(actor, { header })),
        "accepted",
      );
    });
  }
});
