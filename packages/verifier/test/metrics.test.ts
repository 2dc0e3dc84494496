import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import {
  createMultiIssuerVerifier,
  createVerifier,
  type RouteOptions,
  unchecked,
  type Verifier,
} from "@cardea/verifier";
import { revocationMetrics } from "../src/revocation/metrics.ts";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience, claimsAt, tampered, verifyingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  const credentials = { id: "svc", secret: "s3cret" };
  const options = { issuer: issuer.url, audience, credentials, keys: verifyingKey, world: world.parts };
  verifier = createVerifier({ ...options, revocation: {} });
  await verifier.ready();
  issuer.revoke({ kind: "session", key: "dead" });
  await eventually("the revocation is known", () => verifier.revocation.position === 1);
});

afterEach(async () => {
  await verifier.close();
  await issuer.close();
});

const good = (): string => accessToken(world.wall, { iss: issuer.url });
const revoked = (): string => accessToken(world.wall, { iss: issuer.url, sid: "dead", rvp: 0 });

/** Nothing is confirmed any more, and the last confirmation is too old. */
function goStale(): void {
  issuer.override.head = (_, response) => response.writeHead(500).end();
  world.pass(5000);
}

/** The samples of an exposition by their names and labels, without the issuer. */
const samples = (text: string): Record<string, number> =>
  Object.fromEntries(
    [...text.matchAll(/^(\w+)\{issuer="[^"]*",?([^}]*)\} (\S+)$/gm)].map(([, name, labels, value]) => [
      labels === "" ? name : `${name} ${labels}`,
      value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value),
    ]),
  );

type Row = readonly [rule: string, route: RouteOptions, stale: boolean, counted: string];

const rows: readonly Row[] = [
  ["while the view is live", {}, false, "live 1 1"],
  ["while it is live, whatever should happen else", { whenStale: "allow" }, false, "live 1 1"],
  ["while it is stale: deny", {}, true, "staleDeny 0 2"],
  ["while it is stale: allow", { whenStale: "allow" }, true, "staleAllow 1 1"],
  ["while it is stale: introspect", { whenStale: "introspect" }, true, "staleIntrospect 1 1"],
];

for (const [rule, options, stale, counted] of rows) {
  test(`counts what is decided ${rule}`, async () => {
    issuer.override.introspect = (request, response) =>
      sendJson({ active: true, token_type: "Bearer", ...claimsAt(world.wall), iss: issuer.url })(request, response);
    const route = verifier.route(options);
    if (stale) goStale();
    await route.authenticate(good());
    await route.authenticate(revoked());
    for (const text of [tampered(good()), "opaque", ""]) await route.authenticate(text);
    const { decisions } = verifier.revocation;
    const [state, accepted, refused] = counted.split(" ");
    for (const [name, count] of Object.entries(decisions)) {
      const expected =
        name === state ? { accepted: Number(accepted), refused: Number(refused) } : { accepted: 0, refused: 0 };
      assert.deepEqual([name, count], [name, expected]);
    }
  });
}

test("an answer of the issuer that could not be had is a refusal", async () => {
  issuer.override.introspect = (_, response) => response.writeHead(500).end();
  const route = verifier.route({ whenStale: "introspect" });
  goStale();
  await route.authenticate(good());
  assert.equal(route.verify(good()).ok, false, "and verify asks nobody");
  assert.deepEqual(verifier.revocation.decisions.staleIntrospect, { accepted: 0, refused: 2 });
});

test("what is explained is not counted", () => {
  verifier.explain(good());
  assert.deepEqual(verifier.revocation.decisions.live, { accepted: 0, refused: 0 });
});

test("says all of it in the text format of Prometheus", async () => {
  verifier.verify(good());
  verifier.verify(revoked());
  const text = verifier.metrics();
  assert.match(text, /^(# (HELP|TYPE) cardea_\w+ .+\n|cardea_\w+\{.+\} (\+Inf|\d+(\.\d+)?)\n)+$/);
  const names = [...text.matchAll(/^(\w+)\{/gm)].map(([, name]) => name);
  const typed = [...text.matchAll(/^# TYPE (\w+) (gauge|counter)$/gm)];
  assert.deepEqual(
    [...new Set(names)],
    typed.map(([, name]) => name),
  );
  for (const [, name, type] of typed) assert.equal(name?.endsWith("_total"), type === "counter", name);
  const said = samples(text);
  const expected = {
    'cardea_revocation_state state="live"': 1,
    'cardea_revocation_state state="stale"': 0,
    cardea_revocation_staleness_seconds: 0,
    cardea_revocation_position: 1,
    cardea_revocation_entries: 1,
    cardea_revocation_gaps_total: 0,
    'cardea_revocation_position_waits_total outcome="reached"': 0,
    'cardea_revocation_decisions_total state="live",verdict="accepted"': 1,
    'cardea_revocation_decisions_total state="live",verdict="refused"': 1,
    'cardea_revocation_decisions_total state="stale-deny",verdict="refused"': 0,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(said[name], value, name);
});

test("counters never fall, and the state is always exactly one", async () => {
  const counters = (text: string): [string, number][] =>
    Object.entries(samples(text)).filter(([name]) => name.includes("_total"));
  let before = samples(verifier.metrics());
  const events = [
    () => void verifier.verify(good()),
    () => void Object.assign(issuer, { epoch: "e2", head: 0, entries: [] }),
    goStale,
    () => void verifier.verify(good()),
    () => verifier.close(),
  ];
  for (const event of events) {
    await event();
    const text = verifier.metrics();
    for (const [name, value] of counters(text)) assert.ok(value >= (before[name] ?? 0), name);
    before = samples(text);
    const states = Object.entries(before).filter(([name]) => name.startsWith("cardea_revocation_state"));
    assert.deepEqual([states.length, states.filter(([, value]) => value === 1).length], [7, 1]);
  }
  assert.equal(before['cardea_revocation_state state="draining"'], 1);
});

test("several issuers are told apart, and one where revocation is unchecked is off", async () => {
  const rest = { audience, keys: verifyingKey, revocation: unchecked } as const;
  const several = createMultiIssuerVerifier([
    { issuer: "https://one.test", ...rest },
    { issuer: "https://two.test", ...rest },
  ]);
  for (const name of ["one", "two"]) {
    const line = `cardea_revocation_state{issuer="https://${name}.test",state="off"} 1`;
    assert.ok(several.metrics().split("\n").includes(line));
  }
  await several.close();
});

test("before the first confirmation the age is infinite, and no issuer's name breaks a line open", () => {
  const status = { ...verifier.revocation, stalenessMs: Number.POSITIVE_INFINITY };
  const text = revocationMetrics(new Map([['https://a.test/"\\', status]]));
  assert.ok(text.includes('cardea_revocation_staleness_seconds{issuer="https://a.test/\\"\\\\"} +Inf\n'));
});

for (const [own, route, code] of [
  ["deny", "allow", undefined],
  ["allow", "deny", "stale_view"],
  ["allow", "introspect", "stale_view"],
] as const) {
  test(`a route that says "${route}" explains so where the verifier says "${own}"`, async () => {
    const credentials = { id: "svc", secret: "s3cret" };
    const options = { issuer: issuer.url, audience, credentials, keys: verifyingKey, world: world.parts };
    const other = createVerifier({ ...options, revocation: { whenStale: own } });
    await other.ready();
    world.pass(5000);
    const { verify, explain } = other.route({ whenStale: route });
    const [verdict, { ok, refusal, steps }] = [verify(good()), explain(good())];
    assert.deepEqual([ok, refusal?.code, verdict.ok], [code === undefined, code, code === undefined]);
    assert.deepEqual([steps.at(-1)?.step, steps.at(-1)?.ok], ["freshness", ok]);
    await other.close();
  });
}
