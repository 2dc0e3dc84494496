import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { type ClientWorld, createClient, type StorageAdapter } from "@cardea/client";
import { lockHere } from "../src/lock.ts";
import { eventually } from "./support/eventually.ts";
import { ada, count, haveAccounts, type Issuer, startIssuer } from "./support/issuer.ts";

/** A phone's key store, as an application may wrap it; each answer takes a moment. */
function keyStore(): { readonly adapter: StorageAdapter; readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    adapter: {
      get: async (key) => {
        await turn();
        return texts.get(key) ?? null;
      },
      set: async (key, value) => {
        await turn();
        texts.set(key, value);
      },
      remove: async (key) => {
        texts.delete(key);
      },
    },
  };
}

/** A platform without document, storage, locks and lines to other tabs, such as React Native. */
const phone: Partial<ClientWorld> = {
  onWake: () => undefined,
  isHidden: () => false,
  pageUrl: () => undefined,
  storage: () => undefined,
  onStored: () => undefined,
  channel: () => undefined,
  lock: lockHere({
    locks: undefined,
    storage: () => undefined,
    later: (work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    now: () => Date.now(),
    draw: () => "",
  }),
};

describe("what is kept", () => {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer();
    await haveAccounts(issuer, ada);
  });
  after(() => issuer.close());

  test("React Native: an application that starts again goes on with the same session", async () => {
    const { adapter, texts } = keyStore();
    const first = createClient({ baseUrl: issuer.url, storage: adapter, world: phone });
    await first.signIn(ada);
    assert.match([...texts.values()].join(), /rt_/);
    first.close();
    const again = createClient({ baseUrl: issuer.url, storage: adapter, world: phone });
    const before = issuer.requests.length;
    assert.deepEqual([(await again.ready()).status, again.state.reason], ["signed_in", "started"]);
    assert.equal(issuer.requests.length, before, "nothing is asked to know that");
    assert.equal((await again.fetch(`${issuer.url}/me`)).status, 200);
    await Promise.all([again.refresh(), again.refresh()]);
    await again.signOut();
    assert.doesNotMatch([...texts.values()].join(), /rt_|eyJ|ada@/);
    again.close();
  });

  test("React Native: a relative URL is refused, and a token goes to no other origin", async () => {
    const client = createClient({ baseUrl: issuer.url, storage: keyStore().adapter, world: phone });
    await client.signIn(ada);
    await assert.rejects(client.fetch("/orders"), TypeError);
    client.close();
  });

  const storages: Readonly<Record<string, StorageAdapter>> = {
    "holds what is no JSON": { get: () => "{", set: () => undefined, remove: () => undefined },
    "holds what somebody else wrote": { get: () => '"x"', set: () => undefined, remove: () => undefined },
    "cannot be read": {
      get: () => {
        throw new Error("closed");
      },
      set: () => undefined,
      remove: () => undefined,
    },
  };
  for (const [what, storage] of Object.entries(storages)) {
    test(`a storage that ${what} is empty`, async () => {
      const client = createClient({ baseUrl: issuer.url, storage, world: phone });
      assert.equal((await client.ready()).status, "signed_out");
      client.close();
    });
  }

  test("a storage that is full: the page goes on by itself, and what was older is removed", async () => {
    const { adapter, texts } = keyStore();
    let isFull = false;
    const set: StorageAdapter["set"] = (key, value) =>
      isFull ? Promise.reject(new Error("full")) : adapter.set(key, value);
    const client = createClient({ baseUrl: issuer.url, storage: { ...adapter, set }, world: phone });
    await client.signIn(ada);
    isFull = true;
    assert.equal((await client.refresh()).data?.status, "signed_in");
    assert.equal(texts.size, 0);
    assert.equal((await client.refresh()).data?.status, "signed_in");
    assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200);
    client.close();
  });

  test("a storage that cannot be read once signs nobody out", async () => {
    const { adapter } = keyStore();
    let isClosed = false;
    const get: StorageAdapter["get"] = (key) => (isClosed ? Promise.reject(new Error("closed")) : adapter.get(key));
    let wake = (): void => undefined;
    const onWake: ClientWorld["onWake"] = (woken) => {
      wake = woken;
    };
    const client = createClient({ baseUrl: issuer.url, storage: { ...adapter, get }, world: { ...phone, onWake } });
    await client.signIn(ada);
    isClosed = true;
    wake();
    assert.equal((await client.refresh()).data?.status, "signed_in");
    isClosed = false;
    assert.equal((await client.refresh()).data?.reason, "refreshed");
    client.close();
  });

  test("in memory nothing outlives the client", async () => {
    const first = createClient({ baseUrl: issuer.url });
    await first.signIn(ada);
    const second = createClient({ baseUrl: issuer.url });
    assert.equal((await second.ready()).status, "signed_out");
    first.close();
    second.close();
  });

  test("who comes late hears why the session before has ended", async () => {
    const { adapter } = keyStore();
    const world = { ...phone };
    const [one, two] = [1, 2].map(() => createClient({ baseUrl: issuer.url, storage: adapter, world }));
    assert.ok(one && two);
    await one.signIn(ada);
    await two.ready();
    await one.signOut();
    await two.refresh();
    assert.deepEqual([two.state.status, two.state.reason], ["signed_out", "signed_out_elsewhere"]);
    one.close();
    two.close();
  });

  test("the mark of a known device outlives sign-out, and refreshes of a tab that was there before it", async () => {
    const { adapter, texts } = keyStore();
    const [one, two] = [1, 2].map(() => createClient({ baseUrl: issuer.url, storage: adapter, world: phone }));
    assert.ok(one && two);
    await two.ready();
    await one.signIn(ada);
    await two.refresh();
    await two.refresh();
    await one.signOut();
    assert.match([...texts.values()].join(), /dt_/);
    const sent: string[] = [];
    const fetch: ClientWorld["fetch"] = (input, init) => {
      sent.push(String(init?.body));
      return globalThis.fetch(input, init);
    };
    const again = createClient({ baseUrl: issuer.url, storage: adapter, world: { ...phone, fetch } });
    await again.signIn(ada);
    assert.match(sent.join(), /"device_token":"dt_/);
    for (const client of [one, two, again]) client.close();
  });

  test("a page that was away looks first, when it is seen again", async () => {
    const { adapter } = keyStore();
    let wake = (): void => undefined;
    const world: Partial<ClientWorld> = {
      ...phone,
      onWake: (woken) => {
        wake = woken;
      },
    };
    const one = createClient({ baseUrl: issuer.url, storage: adapter, world: phone });
    await one.signIn(ada);
    const away = createClient({ baseUrl: issuer.url, storage: adapter, world });
    await away.ready();
    await one.signOut();
    assert.equal(away.state.status, "signed_in");
    wake();
    await eventually("it knows", () => away.state.reason === "signed_out_elsewhere");
    one.close();
    away.close();
  });

  test("what another one has got meanwhile is taken, and not asked for again", async () => {
    const { adapter } = keyStore();
    const [one, two] = [1, 2].map(() => createClient({ baseUrl: issuer.url, storage: adapter, world: phone }));
    assert.ok(one && two);
    await one.signIn(ada);
    await two.ready();
    await one.refresh();
    const before = count(issuer, "POST /auth/refresh");
    await two.refresh();
    assert.equal(count(issuer, "POST /auth/refresh"), before);
    assert.equal(await two.accessToken(), await one.accessToken());
    one.close();
    two.close();
  });
});
