import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Issuer, newPerson, type Person, startIssuer } from "./support/issuer.ts";

let issuer: Issuer;
let ada: Person;
let bob: Person;
before(async () => {
  issuer = await startIssuer();
  ada = await newPerson(issuer);
  bob = await newPerson(issuer);
});
after(() => issuer.close());

/** Headers as they are, so that one name may come twice. */
const request = (line: string, head: readonly string[]): string =>
  [`${line} HTTP/1.1`, "Host: localhost", "Connection: close", ...head, "", ""].join("\r\n");

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

async function stillThere(): Promise<void> {
  assert.equal((await issuer.get("/me", ada.bearer)).status, 200);
}

describe("one rule for what is presented as a credential", () => {
  const cases: Readonly<Record<string, readonly [() => readonly string[], number]>> = {
    "bearer in lower case, two spaces": [() => [`Authorization: bearer  ${ada.access}`], 200],
    "no credential": [() => [], 401],
    "an empty header": [() => ["Authorization: "], 401],
    "Bearer alone": [() => ["Authorization: Bearer"], 401],
    "another scheme": [() => [`Authorization: Basic ${ada.access}`], 401],
    "a list": [() => [`Authorization: ${ada.bearer}, ${ada.bearer}`], 400],
    "two headers": [() => [`Authorization: ${ada.bearer}`, `Authorization: ${ada.bearer}`], 400],
    "a second header of another scheme": [() => [`Authorization: ${ada.bearer}`, "Authorization: Basic YTpi"], 400],
    "two tokens": [() => [`Authorization: ${ada.bearer} x`], 401],
    "a signature in JSON": [() => ['Authorization: Bearer {"payload":"e30","signatures":[{"signature":"AA"}]}'], 401],
    "a cookie of another name": [() => [`Cookie: access_token=${ada.access}; __Host-sid=${ada.access}`], 401],
    "our cookie": [() => [`Cookie: a=b; __Host-cardea-access=${ada.access}`], 200],
    "our cookie beside the same token": [
      () => [`Authorization: ${ada.bearer}`, `Cookie: __Host-cardea-access=${ada.access}`],
      200,
    ],
    "our cookie beside another token": [
      () => [`Authorization: ${ada.bearer}`, `Cookie: __Host-cardea-access=${bob.access}`],
      400,
    ],
    "our cookie beside another scheme": [
      () => ["Authorization: Basic YTpi", `Cookie: __Host-cardea-access=${ada.access}`],
      200,
    ],
    "our cookie beside a malformed token": [
      () => ["Authorization: Bearer", `Cookie: __Host-cardea-access=${ada.access}`],
      401,
    ],
    "our cookie twice": [() => [`Cookie: __Host-cardea-access=${ada.access}; __Host-cardea-access=${bob.access}`], 400],
    "our cookie in two headers": [
      () => [`Cookie: __Host-cardea-access=${ada.access}`, `Cookie: __Host-cardea-access=${ada.access}`],
      400,
    ],
    "a refresh token": [() => [`Authorization: Bearer ${ada.refresh}`], 401],
  };
  for (const [name, [head, expected]] of Object.entries(cases)) {
    test(`J-53: ${name}`, async () => {
      const answer = await issuer.raw(request("GET /auth/me", head()));
      assert.equal(statusOf(answer), expected, answer);
      if (expected === 400) assert.match(answer, /www-authenticate: Bearer error="invalid_request"/i);
      if (expected === 400) assert.match(answer, /"code":"conflicting_credentials"/);
    });
  }

  test("CS-SM1, ASVS-14.2.1: a token in the query, a body or another header is no credential", async () => {
    assert.equal((await issuer.get(`/me?access_token=${ada.access}&sid=${ada.access}`)).status, 401);
    const elsewhere = {
      "x-access-token": ada.access,
      "x-auth-token": ada.access,
      referer: `http://x/?t=${ada.access}`,
    };
    assert.equal((await issuer.send("/me", { headers: elsewhere })).status, 401);
    assert.equal((await issuer.post("/sign-out", { access_token: ada.access })).status, 401);
    await stillThere();
  });
});
