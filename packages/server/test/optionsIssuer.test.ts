import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigurationError, createAuth, memory } from "cardea";
import { checkOptions } from "../src/config/options.ts";

describe("an issuer's URL", () => {
  const fine = [
    "https://app.example.com",
    "https://app.example.com/auth",
    "https://app.example.com:8443/a/b-c_d.e~f",
    "http://localhost",
    "http://localhost:4000/auth",
    "http://127.0.0.1:4000",
    "http://[::1]:4000/auth",
  ];
  for (const issuer of fine) test(`may be ${issuer}`, () => assert.ok(checkOptions({ issuer, store: memory() })));

  const refused: Readonly<Record<string, RegExp>> = {
    "": /not a URL.*https:\/\/app\.example\.com/,
    "app.example.com": /not a URL/,
    "http://app.example.com": /Use https:/,
    "http://localhost.example.com": /Use https:/,
    "http://127.0.0.1.example.com": /Use https:/,
    "http://10.0.0.1": /Use https:/,
    "ftp://localhost": /Use https:/,
    "javascript:alert(1)": /Use https:/,
    "https://app.example.com?x": /query/,
    "https://app.example.com#x": /fragment/,
    "https://ada:pw@app.example.com": /credentials/,
    "https://app.example.com/": /slash at the end/,
    "https://app.example.com/auth/": /slash at the end/,
    "https://App.example.com": /canonical form: https:\/\/app\.example\.com/,
    "https://app.example.com:443": /canonical form: https:\/\/app\.example\.com/,
    "https://app.example.com/a/../b": /canonical form: https:\/\/app\.example\.com\/b/,
    "http://127.1:4000": /canonical form: http:\/\/127\.0\.0\.1:4000/,
    " https://app.example.com": /canonical form/,
    "https://app.example.com/:id": /In the path use only/,
    "https://app.example.com/*": /In the path use only/,
    "https://app.example.com/a%20b": /In the path use only/,
    "https://app.example.com//auth": /In the path use only/,
    "https://app.example.com/{auth}": /In the path use only/,
  };
  for (const [issuer, message] of Object.entries(refused)) {
    test(`may not be ${JSON.stringify(issuer)}`, () => {
      assert.throws(
        () => checkOptions({ issuer, store: memory() }),
        (error) => error instanceof ConfigurationError && message.test(error.message),
      );
    });
  }

  test("at the root serves its routes at the root", async () => {
    const auth = await createAuth({ issuer: "https://app.example.com", store: memory() });
    const ask = async (path: string): Promise<number> =>
      (await auth.fetch(new Request(`https://app.example.com${path}`))).status;
    assert.deepEqual([await ask("/.well-known/jwks.json"), await ask("/me"), await ask("/auth/me")], [200, 401, 404]);
    await auth.close();
  });
});
