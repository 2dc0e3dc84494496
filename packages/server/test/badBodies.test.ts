import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorizing, formPost, type Issuer, newPerson, newService, startIssuer } from "./support/issuer.ts";

let issuer: Issuer;
let service: string;
before(async () => {
  issuer = await startIssuer();
  await newPerson(issuer);
  service = await newService(issuer.auth);
});
after(() => issuer.close());

const json = "application/json";
const form = "application/x-www-form-urlencoded";
const password = "a phrase of several words";

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

type Send = {
  readonly body: Body;
  readonly type?: string | undefined;
  readonly headers?: Record<string, string>;
};

/** The routes that read a body, each with one that fits. */
const routes = {
  "/sign-up": { type: json, good: { email: "bad@example.com", password }, member: "email" },
  "/sign-in": { type: json, good: { email: "bad@example.com", password }, member: "email" },
  "/refresh": { type: json, good: { refresh_token: "rt_x" }, member: "refresh_token" },
};

/** Sends it, and asserts a refusal by the rules: a problem document with a code, no cache, nothing stored, and the issuer still there. */
async function refused(path: string, { body, type = json, headers = {} }: Send, expected: string): Promise<void> {
  const before = await stored();
  const answer = await issuer.send(path, {
    method: "POST",
    body,
    headers: { ...(type === "" ? {} : { "content-type": type }), ...headers },
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
  const { status, code } = answer.body;
  assert.equal(`${answer.status} ${code}`, expected, answer.text);
  assert.equal(status, answer.status);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.deepEqual(await stored(), before);
  assert.equal((await issuer.get("/.well-known/jwks.json")).status, 200);
}

const stored = async (): Promise<unknown> => ({
  accounts: await issuer.store.people.list(100),
  log: (await issuer.auth.keys.inventory()).length,
  services: await issuer.auth.services.list(),
});

const utf16 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as string))));

for (const [path, { good, member }] of Object.entries(routes)) {
  const text = JSON.stringify(good);
  const withMember = (value: unknown): string => JSON.stringify({ ...good, [member]: value });

  describe(`POST ${path}`, () => {
    const fields: Readonly<Record<string, string>> = {
      "a missing member": JSON.stringify({ ...good, [member]: undefined }),
      "an unknown member": JSON.stringify({ ...good, admin: true }),
      "a member __proto__": text.replace("{", '{"__proto__":{"role":"admin"},'),
      "a member constructor": text.replace("{", '{"constructor":{"prototype":{"role":"admin"}},'),
      "a member toString": text.replace("{", '{"toString":1,'),
      "a thousand unknown members": `{${Array.from({ length: 1000 }, (_, at) => `"m${at}":1`).join(",")}}`,
      "a member name of 15,000 characters": `{"${"k".repeat(15_000)}":1}`,
      "null as a member": withMember(null),
      "an array as a member": withMember(["a@example.com"]),
      "an object as a member": withMember({ $ne: "" }),
      "a number as a member": withMember(1e300),
      "a boolean as a member": withMember(true),
      "text that is too long": withMember("x".repeat(9000)),
      "an array": "[]",
      null: "null",
      "a string": '"text"',
      "a number": "1",
      "a huge exponent": "1e999999",
    };
    for (const [name, body] of Object.entries(fields)) {
      test(`L-21, ASVS-15.3.5: refuses ${name}`, () => refused(path, { body }, "400 invalid_request"));
    }

    const notJson: Readonly<Record<string, Body>> = {
      nothing: "",
      "a lone brace": "{",
      "a lone bracket": "[",
      "two values": `${text}}`,
      "a trailing comma": text.replace("}", ",}"),
      NaN: '{"a":NaN}',
      "a comment": `/* hello */${text}`,
      "a duplicate member": text.replace("{", `{"${member}":"first",`),
      "a duplicate member in another spelling": text.replace(
        "{",
        `{"\\u00${member.charCodeAt(0).toString(16)}${member.slice(1)}":"a",`,
      ),
      "a byte order mark": `\ufeff${text}`,
      "UTF-16": utf16(text),
      "invalid UTF-8": bytes(text.slice(0, -2), [0xff, 0xfe], '"}'),
      "an overlong form": bytes(text.slice(0, -2), [0xc0, 0xaf], '"}'),
      "a half surrogate in UTF-8": bytes(text.slice(0, -2), [0xed, 0xa0, 0x80], '"}'),
      "a control character": text.replace('":"', '":"\u0000'),
      "8,000 levels of arrays": `${"[".repeat(8000)}${"]".repeat(8000)}`,
      "2,000 levels of objects": `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`,
      "nine levels": withMember([[[[[[[[1]]]]]]]]),
    };
    for (const [name, body] of Object.entries(notJson)) {
      test(`H-01: refuses ${name}`, () => refused(path, { body }, "400 invalid_json"));
    }

    const tooLarge: Readonly<Record<string, string>> = {
      "17 KiB": withMember("x".repeat(17 * 1024)),
      "16 KiB and a byte": text + " ".repeat(16_385 - text.length),
      "1 MiB": withMember("x".repeat(1024 * 1024)),
      "100,000 levels": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      "a number of a million digits": withMember(1).replace(":1", `:${"9".repeat(1_000_000)}`),
      "a million members": `{${Array.from({ length: 100_000 }, (_, at) => `"m${at}":1`).join(",")}}`,
    };
    for (const [name, body] of Object.entries(tooLarge)) {
      test(`H-03, H-10: refuses ${name}`, () => refused(path, { body }, "413 payload_too_large"));
    }

    const types: Readonly<Record<string, Send>> = {
      "no content type": { body: bytes(text), type: "" },
      "text/plain": { body: text, type: "text/plain" },
      "a form's content type": { body: text, type: form },
      "multipart/form-data": { body: text, type: "multipart/form-data; boundary=x" },
      "another kind of JSON": { body: text, type: "application/json-patch+json" },
      "two content types": { body: text, type: "application/json, text/plain" },
      "a gzip encoding": { body: text, headers: { "content-encoding": "gzip" } },
      "a stack of encodings": { body: text, headers: { "content-encoding": "identity, br" } },
    };
    for (const [name, sent] of Object.entries(types)) {
      test(`ASVS-3.5.2: refuses ${name}`, () => refused(path, sent, "415 unsupported_media_type"));
    }

    test("takes its content type in any case and with a charset", async () => {
      const sent = await issuer.send(path, {
        method: "POST",
        body: text,
        headers: { "content-type": "Application/JSON; Charset=UTF-8" },
      });
      assert.ok(sent.status < 300 || sent.status === 401, sent.text);
    });
  });
}

describe("POST /introspect", () => {
  const sent = (body: Body, type = form): Send => ({ body, type });
  const faults: Readonly<Record<string, readonly [Send, string]>> = {
    "no token": [sent(""), "400 invalid_request"],
    "a token given twice": [sent("token=a&token=b"), "400 invalid_request"],
    "a hint given twice": [sent("token=a&token_type_hint=a&token_type_hint=a"), "400 invalid_request"],
    "an unknown parameter given twice": [sent("token=a&x=1&x=1"), "400 invalid_request"],
    "only unknown parameters": [sent("__proto__=a&constructor=b"), "400 invalid_request"],
    "a token of 9,000 characters": [sent(`token=${"x".repeat(9000)}`), "400 invalid_request"],
    "invalid UTF-8": [sent(bytes("token=", [0xff])), "400 invalid_request"],
    JSON: [sent('{"token":"a"}', json), "415 unsupported_media_type"],
    "JSON that is called a form": [sent('{"token":"a"}'), "400 invalid_request"],
    multipart: [sent("token=a", "multipart/form-data; boundary=x"), "415 unsupported_media_type"],
    "1 MiB": [sent(`token=${"x".repeat(1024 * 1024)}`), "413 payload_too_large"],
  };
  for (const [name, [body, expected]] of Object.entries(faults)) {
    test(`refuses ${name}`, () => refused("/introspect", { ...body, headers: authorizing(service) }, expected));
  }

  test("ignores parameters it does not know, as OAuth asks", async () => {
    for (const body of ["token=a&client_secret=x", "token=a&__proto__=x", "token=a&constructor=x"]) {
      const { status, text } = await issuer.send("/introspect", formPost(body, service));
      assert.deepEqual([status, text], [200, '{"active":false}']);
    }
  });

  test("looks at credentials before it reads the body", () =>
    refused("/introspect", { body: "{", type: form }, "401 invalid_client"));
});

describe("PATCH /me", () => {
  for (const [field, fields] of [
    ["fields.__proto__", '{"__proto__":{"role":"admin"},"nickname":"Ada"}'],
    ["fields.__proto__", '{"\\u005f_proto__":1}'],
    ["fields.nickname.0.deep.__proto__", '{"nickname":[{"deep":{"__proto__":{"role":"admin"}}}]}'],
    ["__proto__", '{},"__proto__":{"role":"admin"}'],
  ] as const) {
    test(`L-25, ASVS-15.3.6: refuses ${field} in ${fields}, and stores nothing of it`, async () => {
      const { bearer } = await newPerson(issuer);
      const before = await stored();
      const answer = await issuer.send("/me", {
        method: "PATCH",
        body: `{"fields":${fields}}`,
        headers: { "content-type": json, ...authorizing(bearer) },
      });
      assert.deepEqual([answer.status, answer.body.code], [400, "invalid_request"]);
      assert.deepEqual(answer.body.errors, [{ field, message: "There is no such field." }]);
      assert.deepEqual(await stored(), before);
    });
  }
});

test("L-25, ASVS-15.3.6: no body has touched the prototype of all objects", () => {
  assert.equal(Reflect.get({}, "role"), undefined);
  assert.equal(Reflect.get({}, "admin"), undefined);
});
