import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { hmacKey } from "@cardea/jwt";
import { unchecked, type VerifierOptions } from "@cardea/verifier";
import type { SecurityEvent } from "cardea";
import fc from "fast-check";
import { claimRows } from "./forgeries/claimRows.ts";
import {
  type Algorithm,
  algorithms,
  type Forgery,
  type Genuine,
  study,
  withClaims,
  withHeader,
} from "./forgeries/forgery.ts";
import { formRows, ofLength } from "./forgeries/formRows.ts";
import { attackerJwks, headerRows } from "./forgeries/headerRows.ts";
import { basic, type Client } from "./support/client.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { listen } from "./support/listen.ts";
import { signIn } from "./support/people.ts";
import { flipped } from "./support/rawToken.ts";
import { asRefused } from "./support/refusal.ts";
import { type Service, startService } from "./support/service.ts";

const sharedSecret = new Uint8Array(32).map((_, index) => 255 - index);
const longest = 8 * 1024;

/** The attacker's server: it would serve a key set that fits, and counts who asks. */
let baitCalls = 0;
const baitServer = createServer((request, response) => {
  baitCalls += 1;
  if (request.url === "/redirect") response.writeHead(302, { location: "/jwks" });
  response.end(JSON.stringify(attackerJwks));
});
let bait = "";
before(async () => {
  bait = `http://localhost:${await listen(baitServer)}`;
});
after(() => {
  baitServer.close();
  baitServer.closeAllConnections();
});

for (const mode of ["stateless", "hybrid"] as const) {
  for (const alg of algorithms) describe(`${mode}, ${alg}`, () => refuseForgeries({ mode, alg }));
}

type Setting = { readonly mode: "stateless" | "hybrid"; readonly alg: Algorithm };

function refuseForgeries(setting: Setting): void {
  const events: SecurityEvent[] = [];
  let keyFetches = 0;
  let issuer: Issuer;
  let service: Service;
  let authorization: string;
  let genuine: Genuine;
  let nonsense: Readonly<Record<"issuer" | "service", object>>;

  before(async () => {
    const keys = setting.alg === "HS256" ? { alg: setting.alg, secret: sharedSecret } : { alg: setting.alg };
    issuer = await startIssuer({ mode: setting.mode, keys, onEvent: (event) => events.push(event) });
    const { service: credentials, secret } = await issuer.auth.services.create("billing");
    authorization = basic({ id: credentials.id, secret });
    const countingFetch: typeof fetch = (input, init) => {
      if (String(input).includes("jwks")) keyFetches += 1;
      return fetch(input, init);
    };
    service = await startService({
      ...serviceOptions(issuer, setting),
      credentials: { id: credentials.id, secret },
      world: { fetch: countingFetch },
    });
    genuine = study(issuer, (await signIn(issuer)).access, bait);
    nonsense = {
      issuer: asRefused(await ask.issuer("nonsense"), "nonsense"),
      service: asRefused(await ask.service("nonsense"), "nonsense"),
    };
  });
  after(async () => {
    await service.close();
    await issuer.close();
  });

  const ask = {
    issuer: (token: string) => issuer.get("/me", token),
    service: (token: string) => service.get("/", token),
  };

  /** Refused at both by the very answer that any nonsense gets, and unknown to introspection. */
  const expectRefused = async ({ what, token, only }: Forgery): Promise<void> => {
    for (const name of ["issuer", "service"] as const) {
      if (only !== undefined && only !== name) continue;
      assert.deepEqual(asRefused(await ask[name](token), token), nonsense[name], `${name}: ${what}`);
    }
    if (token.length > longest || only !== undefined) return;
    const body = new URLSearchParams({ token });
    const introspected = await issuer.send("/introspect", { method: "POST", headers: { authorization }, body });
    assert.deepEqual([introspected.status, introspected.body], [200, { active: false }], `introspection: ${what}`);
  };

  const expectAccepted = async (what: string, token: string): Promise<void> => {
    assert.equal((await ask.issuer(token)).status, 200, `issuer: ${what}`);
    assert.equal((await ask.service(token)).status, 200, `service: ${what}`);
  };

  const expectWell = async (): Promise<void> => {
    await expectAccepted("a good token", genuine.token);
    assert.deepEqual(
      events.filter(({ type }) => type === "fault"),
      [],
    );
    assert.equal(baitCalls, 0);
  };

  test("the same claims under the same key hold, so that no forgery is refused for how it was made", async () => {
    await expectWell();
    await expectAccepted("signed again", withClaims(genuine, {}));
    await expectAccepted("J-16: no kid, and one key", withHeader(genuine, { kid: undefined }));
    await expectAccepted("J-40: one of several audiences", withClaims(genuine, { aud: ["billing", "app"] }));
    await expectAccepted("J-28: 8 KiB", ofLength(genuine, longest));
  });

  for (const { id, rule, algs = algorithms, forge } of [...headerRows, ...claimRows, ...formRows]) {
    if (!algs.includes(setting.alg)) continue;
    test(`${id}: ${rule}`, async () => {
      const forgeries = forge(genuine);
      assert.ok(forgeries.length > 0);
      for (const forgery of forgeries) await expectRefused(forgery);
      await expectWell();
    });
  }

  test("J-03: a token without a usable alg makes nobody look for a key", async () => {
    const fetchesBefore = keyFetches;
    await expectRefused({ what: "no alg", token: withHeader(genuine, { alg: undefined, kid: "unknown" }) });
    assert.equal(keyFetches, fetchesBefore);
  });

  test("J-16, J-28: what is too long for a header is turned away before anyone looks at it", async () => {
    const huge = [withHeader(genuine, { kid: "k".repeat(1_000_000) }), ofLength(genuine, 1_048_576)];
    for (const token of huge) {
      const verdicts = [await issuer.auth.verify(token), await service.verifier.authenticate(token)];
      assert.deepEqual(
        verdicts.map((verdict) => !verdict.ok && verdict.refusal.code),
        ["token_too_long", "token_too_long"],
      );
      const body = new URLSearchParams({ token });
      const introspected = await issuer.send("/introspect", { method: "POST", headers: { authorization }, body });
      assert.equal(introspected.status, 413);
    }
    const tooLongForNode = ofLength(genuine, 20 * 1024);
    assert.equal((await ask.issuer(tooLongForNode)).status, 431);
    assert.equal((await ask.service(tooLongForNode)).status, 431);
    await expectWell();
  });

  test("J-26: a signature in JSON is no bearer token, and is refused like every other", async () => {
    const [header, payload, signature] = genuine.parts;
    const token = JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
    for (const answer of [await ask.issuer(token), await ask.service(token)]) {
      assert.deepEqual([answer.status, answer.body.code], [401, "invalid_token"]);
      assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer .*error="invalid_token"/);
      assert.ok(!answer.text.includes(signature));
    }
  });

  test("any single flipped bit is refused by issuer and service", async () => {
    const bits = fc.integer({ min: 0, max: genuine.token.length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const token = flipped(genuine.token, bit);
        if (/^[\x21-\x7e]+$/.test(token)) return expectInvalid(ask, token);
        // No header can carry it, but code can.
        assert.equal((await issuer.auth.verify(token)).ok, false);
        assert.equal((await service.verifier.authenticate(token)).ok, false);
      }),
      { numRuns: 300 },
    );
    await expectWell();
  });
}

function serviceOptions({ url, auth }: Issuer, { mode, alg }: Setting): VerifierOptions {
  const { kid } = auth.keys.signing();
  return {
    issuer: url,
    audience: "app",
    revocation: mode === "hybrid" ? { maxStaleness: "60s" } : unchecked,
    ...(alg === "HS256" && kid !== undefined ? { keys: hmacKey(sharedSecret, { alg, kid }) } : {}),
  };
}

/** Also where a flipped bit makes a letter that no bearer token has. */
async function expectInvalid(ask: Readonly<Record<string, Client["get"]>>, token: string): Promise<void> {
  for (const send of Object.values(ask)) {
    const { status, text } = await send(token);
    assert.equal(status, 401);
    assert.ok(!text.includes(token));
  }
}
