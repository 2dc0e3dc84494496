// A service that receives tokens, with keys at hand and no issuer to ask.
import assert from "node:assert/strict";
import { generateKey, keySet, publicKeyOf, sign } from "@cardea/jwt";
import { createVerifier, unchecked } from "@cardea/verifier";
import { fetchGuard } from "@cardea/verifier/fetch";
import { createJudge } from "@cardea/verifier/judge";
import { readBearer } from "@cardea/verifier/wire";

const key = generateKey("ES256");
const keys = keySet([publicKeyOf(key)]);
const issuer = "https://issuer.example";
const iat = Math.floor(Date.now() / 1000);
const claims = { iss: issuer, aud: "app", sub: "u1", jti: "t1", client_id: "web", iat, exp: iat + 60 };
const token = sign(claims, key, { typ: "at+jwt" });

const verifier = createVerifier({ issuer, audience: "app", keys, revocation: unchecked });
await verifier.ready();
const accepted = verifier.verify(token);
assert.equal(accepted.ok && accepted.claims.sub, "u1");
const forOthers = verifier.verify(sign({ ...claims, aud: "billing" }, key, { typ: "at+jwt" }));
assert.equal(forOthers.ok || forOthers.refusal.code, "wrong_audience");

const guard = fetchGuard(verifier, { scopes: ["read"] });
const call = (bearer) => guard(new Request(issuer, { headers: { authorization: `Bearer ${bearer}` } }));
assert.equal((await call(token)).status, 403);
assert.equal((await call(sign({ ...claims, scope: "read" }, key, { typ: "at+jwt" }))).claims.sub, "u1");
await verifier.close();

const judge = createJudge({ keys, issuer, audience: "app", revocation: unchecked, now: Date.now });
assert.equal(judge.verify(token).ok, true);
assert.equal(readBearer(`Bearer ${token}`).token, token);
console.log(`@cardea/verifier verifies on Node ${process.version}`);
