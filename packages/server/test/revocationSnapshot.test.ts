import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createRevocationView } from "@cardea/verifier/judge";
import {
  createEventParser,
  type FeedEvent,
  type FeedHello,
  type NamedKey,
  readFeedEvent,
  readSnapshot,
} from "@cardea/verifier/wire";
import { memory, realWorld } from "cardea";
import { serviceCaller } from "../src/http/callers.ts";
import { cookieNames } from "../src/http/cookies.ts";
import { feedRoutes } from "../src/http/feedRoutes.ts";
import { serveRoutes } from "../src/http/serveRoutes.ts";
import { createServices } from "../src/people/services.ts";
import { openFeed } from "../src/revoke/feed.ts";
import { createFingerprintKeys } from "../src/revoke/fingerprintKey.ts";
import { authorizing, type Issuer, newPerson, newService, startIssuer } from "./support/issuer.ts";

describe("over HTTP", () => {
  let issuer: Issuer;
  let service: string;
  before(async () => {
    issuer = await startIssuer({ mode: "hybrid" });
    service = await newService(issuer.auth);
  });
  after(() => issuer.close());

  const ask = (path: string): Promise<Response> => fetch(`${issuer.url}${path}`, { headers: authorizing(service) });
  const open = async (format: string): Promise<AsyncGenerator<FeedEvent, undefined>> =>
    eventsOf(await ask(`/revocation/feed${format}`));
  const endedSession = async () => {
    const person = await newPerson(issuer);
    const { sid, sub, iat, jti, rvp } = JSON.parse(
      Buffer.from(person.access.split(".")[1] ?? "", "base64url").toString(),
    );
    await issuer.post("/sign-out", undefined, person.bearer);
    return { sid, sub, iat, jti, rvp };
  };

  test("a snapshot has every live revocation, under the key of the feed, up to the position that it names", async () => {
    const [one, other] = [await endedSession(), await endedSession()];
    const events = await open("?format=prints");
    const { key, epoch, entries, format } = helloOf(await next(events));
    await events.return(undefined);
    assert.ok(key);
    const response = await ask("/revocation/snapshot");
    assert.deepEqual(
      ["content-type", "cache-control", "x-content-type-options"].map((name) => response.headers.get(name)),
      ["application/vnd.cardea.revocations", "no-store", "nosniff"],
    );
    const snapshot = readSnapshot(new Uint8Array(await response.arrayBuffer()));
    assert.deepEqual([snapshot.epoch, snapshot.position, snapshot.keyId], [epoch, 2, key.id]);
    assert.deepEqual([format, entries, snapshot.entries], ["prints", 2, 2]);
    const view = createRevocationView({ now: () => Date.now() });
    view.use(key);
    assert.equal(await view.load(snapshot), "joined");
    assert.deepEqual(
      [one, other].map((claims) => view.isRevoked(claims, "k")),
      [true, true],
    );
    assert.equal(view.isRevoked({ ...one, sid: "another" }, "k"), false);
  });

  test("one feed goes by name and another by fingerprint, as each has asked; both say the same", async () => {
    const [named, printed] = [await open("?format=json"), await open("?format=prints")];
    const unasked = await open("");
    const hellos = [helloOf(await next(named)), helloOf(await next(printed)), helloOf(await next(unasked))];
    assert.deepEqual(
      hellos.map(({ format }) => format),
      ["json", "prints", "json"],
    );
    const view = createRevocationView({ now: () => Date.now() });
    const key = hellos[1]?.key;
    assert.ok(key);
    view.use(key);
    const gone = await endedSession();
    for (const events of [named, printed]) {
      while (!view.isRevoked(gone, "k")) {
        const event = await next(events);
        if (event.type !== "frame") continue;
        assert.equal(view.apply(event.frame), "joined");
        const count = event.frame.printed?.prints.reduce((sum, { lows }) => sum + lows.length, 0) ?? 0;
        if (events === printed) assert.deepEqual([event.frame.entries, count > 0], [[], true]);
        else assert.equal(event.frame.printed, undefined);
      }
      if (events === named) view.adopt("other");
    }
    for (const events of [named, printed, unasked]) await events.return(undefined);
  });

  test("an unknown format is refused", async () => {
    const response = await ask("/revocation/feed?format=xml");
    assert.deepEqual([response.status, Object(await response.json()).code], [400, "invalid_request"]);
  });
});

describe("the key of an epoch", () => {
  const secret = Buffer.alloc(32, 7);

  test("is the same for all who have the secret, and another one with another secret or epoch", () => {
    const same = createFingerprintKeys(secret)("e1");
    assert.deepEqual(createFingerprintKeys(Buffer.from(secret))("e1"), same);
    const keys = [same, createFingerprintKeys(secret)("e2"), createFingerprintKeys(Buffer.alloc(32, 8))("e1")];
    assert.equal(new Set(keys.map(({ id }) => id)).size, 3);
    assert.equal(new Set(keys.map(({ key }) => key.join())).size, 3);
  });

  test("comes back with its epoch", () => {
    const keys = createFingerprintKeys(secret);
    const first = keys("e1");
    assert.notEqual(keys("e2").id, first.id);
    assert.deepEqual(keys("e1"), first);
  });
});

/** The routes of a log over a feed of their own, whose key is in the test's hands. */
async function ownFeed(keyOf: () => NamedKey | undefined) {
  const store = await memory().open(realWorld);
  const feed = await openFeed({
    store: store.revocations,
    world: realWorld,
    cautiousNow: realWorld.now,
    keyOf,
    onEvent: () => undefined,
  });
  const services = createServices({ store: store.services, world: realWorld, told: () => undefined });
  const { service, secret } = await services.create("reader");
  const settings = { heartbeatMs: 2000, maxTtlSeconds: 300 };
  const verifiers = { greet: async () => undefined, confirm: () => undefined, leave: () => undefined };
  const fetch = serveRoutes(feedRoutes({ feed, verifiers, settings }), {
    base: "",
    callers: {
      public: async () => undefined,
      bearer: () => Promise.reject(new Error("not here")),
      service: (input, { scope }) => serviceCaller(input, scope, { services, refused: () => undefined }),
    },
    cookies: cookieNames("cardea"),
    origins: { own: "http://localhost", listed: new Set() },
    isSecure: false,
    clientAddress: ({ peer }) => peer,
    newRequestId: () => "r",
    refused: () => undefined,
  });
  const authorization = `Basic ${Buffer.from(`${service.id}:${secret}`).toString("base64")}`;
  const ask = (path: string) => fetch(new Request(`http://localhost${path}`, { headers: { authorization } }));
  const revoke = (key: string) =>
    store.revocations.append([{ kind: "session", key, expiresAt: Date.now() + 600_000 }]).then(feed.pull);
  return { feed, ask, revoke };
}

const named = (id: string): NamedKey => ({ id, key: [id.length, 2] });

test("without a key there is no snapshot, and a feed goes by name whatever was asked for", async () => {
  const { feed, ask, revoke } = await ownFeed(() => undefined);
  await revoke("s1");
  assert.equal((await ask("/revocation/snapshot")).status, 404);
  const events = eventsOf(await ask("/revocation/feed?format=prints"));
  const hello = helloOf(await next(events));
  assert.deepEqual([hello.format, hello.key], ["json", undefined]);
  const first = await next(events);
  assert.ok(first.type === "frame" && first.frame.entries.length === 1);
  await events.return(undefined);
  feed.close();
});

test("another key is taken over with all that is alive, and frames say that they are under it", async () => {
  let key = named("k1");
  const { feed, ask, revoke } = await ownFeed(() => key);
  await revoke("s1");
  const before = eventsOf(await ask("/revocation/feed?format=prints"));
  assert.equal(helloOf(await next(before)).key?.id, "k1");
  await next(before);
  key = named("key2");
  await revoke("s2");
  const snapshot = readSnapshot(new Uint8Array(await (await ask("/revocation/snapshot")).arrayBuffer()));
  assert.deepEqual([snapshot.keyId, snapshot.position, snapshot.entries], ["key2", 2, 2]);
  const news = await next(before);
  assert.equal(news.type === "frame" && news.frame.printed?.keyId, "key2");
  const after = eventsOf(await ask("/revocation/feed?format=prints"));
  assert.equal(helloOf(await next(after)).key?.id, "key2");
  for (const events of [before, after]) await events.return(undefined);
  feed.close();
});

async function* eventsOf(response: Response): AsyncGenerator<FeedEvent, undefined> {
  const parser = createEventParser();
  for await (const bytes of response.body ?? []) {
    for (const event of parser.push(bytes)) {
      const said = readFeedEvent(event);
      if (said) yield said;
    }
  }
}

async function next(events: AsyncGenerator<FeedEvent, undefined>): Promise<FeedEvent> {
  const { value } = await events.next();
  assert.ok(value, "the feed goes on");
  return value;
}

function helloOf(event: FeedEvent): FeedHello {
  assert.ok(event.type === "hello");
  return event;
}
