import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Verifier } from "@cardea/verifier";
import { memory, type StoreFactory } from "cardea";
import { basic } from "./support/client.ts";
import { closing } from "./support/closing.ts";
import { eventually } from "./support/eventually.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn, type Tokens } from "./support/people.ts";
import {
  type Credentials,
  newCredentials,
  proxyTo,
  refusalOf,
  refusesAsRevoked,
  startFollower,
  startRelay,
  through,
} from "./support/relay.ts";

const accepts = (verifier: Verifier, tokens: Tokens): Promise<void> =>
  eventually("the verifier accepts", async () => (await refusalOf(verifier, tokens)) === "none");
const becomes = (verifier: Verifier, state: string): Promise<void> =>
  eventually(`the verifier is ${state}`, () => verifier.revocation.state === state);

describe("a verifier behind a relay denies when it cannot know", () => {
  let issuer: Issuer;
  let credentials: Credentials;
  before(async () => {
    issuer = closing(await startIssuer({ mode: "hybrid" }));
    credentials = await newCredentials(issuer);
  });

  test("while the relay is gone, and goes on with the next one", async () => {
    const first = closing(await startRelay({ issuer: issuer.url, credentials }));
    const proxy = closing(await proxyTo(first.url));
    const verifier = closing(await startFollower(issuer.url, through(proxy), { credentials, maxStaleness: "1s" }));
    const [ada, bob] = [await signIn(issuer), await signIn(issuer)];
    await accepts(verifier, ada);

    await first.close();
    await becomes(verifier, "stale");
    assert.equal(await refusalOf(verifier, bob), "stale_view");
    await issuer.post("/sign-out", undefined, ada.access);

    proxy.leadTo(closing(await startRelay({ issuer: issuer.url, credentials })).port);
    await accepts(verifier, bob);
    assert.equal(await refusalOf(verifier, ada), "revoked");
  });

  test("while the relay is cut off from the issuer, although the relay answers", async () => {
    const proxy = closing(await proxyTo(issuer.url));
    const relay = closing(await startRelay({ issuer: through(proxy), credentials }));
    const verifier = closing(await startFollower(issuer.url, relay.url, { credentials, maxStaleness: "1s" }));
    const [ada, bob] = [await signIn(issuer), await signIn(issuer)];
    await accepts(verifier, ada);

    proxy.cut();
    await becomes(verifier, "stale");
    assert.equal(await refusalOf(verifier, bob), "stale_view");
    const headers = { authorization: basic(credentials) };
    const head = await fetch(`${relay.url}/revocation/head`, { headers });
    assert.deepEqual([head.status, head.headers.get("retry-after")], [503, "1"]);
    await eventually("the relay is not ready", async () => (await fetch(`${relay.url}/health/ready`)).status === 503);
    await issuer.post("/sign-out", undefined, ada.access);

    proxy.heal();
    await accepts(verifier, bob);
    assert.equal(await refusalOf(verifier, ada), "revoked");
  });
});

describe("a log that begins a new epoch", () => {
  /** A store whose log can lose all it had: another epoch, and nothing from before. */
  function forgetfulStore(): { readonly store: StoreFactory; readonly lose: () => void } {
    const inner = memory();
    let lostUntil = -1;
    let head = 0;
    const open: StoreFactory["open"] = async (...given) => {
      const { revocations, ...store } = await inner.open(...given);
      const read: typeof revocations.read = async (...asked) => {
        const slice = await revocations.read(...asked);
        head = slice.head.pos;
        if (lostUntil < 0) return slice;
        const entries = slice.entries.filter(({ pos }) => pos > lostUntil);
        return { ...slice, entries, head: { ...slice.head, epoch: "the-second-epoch" } };
      };
      return { ...store, revocations: { ...revocations, read } };
    };
    const lose = (): void => {
      lostUntil = head;
    };
    return { store: { ...inner, open }, lose };
  }

  test("is followed through relays, and what was revoked before stays revoked", async () => {
    const { store, lose } = forgetfulStore();
    const issuer = closing(await startIssuer({ mode: "hybrid", store }));
    const credentials = await newCredentials(issuer);
    const near = closing(await startRelay({ issuer: issuer.url, credentials }));
    const far = closing(await startRelay({ issuer: near.url, credentials }));
    const verifier = closing(await startFollower(issuer.url, far.url, { credentials }));
    const [ada, bob] = [await signIn(issuer), await signIn(issuer)];
    await issuer.post("/sign-out", undefined, ada.access);
    await refusesAsRevoked(verifier, ada);

    lose();
    await eventually(
      "the verifier is live in the second epoch",
      () => verifier.revocation.epoch === "the-second-epoch" && verifier.revocation.state === "live",
    );
    assert.deepEqual([await refusalOf(verifier, ada), await refusalOf(verifier, bob)], ["revoked", "none"]);
    await issuer.post("/sign-out", undefined, bob.access);
    await refusesAsRevoked(verifier, bob);
    assert.equal(await refusalOf(verifier, ada), "revoked");
  });
});
