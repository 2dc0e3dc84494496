import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createDeviceTokens, knownDevice } from "../src/signin/throttle/deviceToken.ts";
import type { World } from "../src/world.ts";
import { realWorld } from "../src/world.ts";
import { day, farAddressOf, minute, openThrottle, times } from "./support/throttle.ts";

const home = "203.0.113.7";

describe("CS-AU2: a device that the account knows", () => {
  test("L-18: gets in whatever strangers do, from any address", async () => {
    const { fail, succeed } = await openThrottle();
    await times(30, () => fail({ from: home }));
    await times(20, (index) => fail({ from: home, email: `person${index}@example.com` }));
    assert.equal(await succeed({ from: home }), false);
    assert.equal(await succeed({ from: home, device: "laptop" }), true);
  });

  test("has ten failures of its own in a quarter of an hour, and is then like any other", async () => {
    const { fail, advance, tryOnce } = await openThrottle({ account: { freeFailures: 1 } });
    assert.equal(await times(10, () => fail({ from: home, device: "laptop" })), 10);
    // The one free failure of strangers, and no more.
    assert.equal(await times(5, () => fail({ from: home, device: "laptop" })), 1);
    assert.equal((await tryOnce({ from: farAddressOf(1), device: "phone" })).admitted, true);
    advance(15 * minute);
    assert.equal(await times(5, () => fail({ from: home, device: "laptop" })), 5);
  });

  test("a success clears its failures", async () => {
    const { fail, succeed } = await openThrottle();
    for (let round = 0; round < 10; round += 1) {
      assert.equal(await times(9, () => fail({ from: home, device: "laptop" })), 9);
      assert.equal(await succeed({ from: home, device: "laptop" }), true);
    }
  });

  test("a success of any device clears the failures of all", async () => {
    const { fail, succeed } = await openThrottle();
    await times(20, (index) => fail({ from: undefined, device: index < 10 ? "laptop" : "tablet" }));
    assert.equal(await succeed({ from: home }), true);
    // Ten of its own, and the five free ones of everybody.
    assert.equal(await times(30, () => fail({ from: undefined, device: "phone" })), 15);
  });

  test("a try that was not judged costs it nothing", async () => {
    const { tryOnce, fail } = await openThrottle();
    for (let round = 0; round < 50; round += 1) {
      const admission = await tryOnce({ device: "laptop" });
      assert.ok(admission.admitted);
      await admission.unjudged();
    }
    assert.equal(await times(10, () => fail({ device: "laptop" })), 10);
  });

  test("its failures leave the account's alone", async () => {
    const { fail } = await openThrottle();
    await times(10, () => fail({ from: home, device: "laptop" }));
    assert.equal(await times(6, () => fail({ from: "198.51.100.1" })), 5);
  });

  test("NIST-R1: a stolen device and a thousand addresses have a hundred guesses in a row between them", async () => {
    const { fail, succeed, advance } = await openThrottle();
    let guesses = 0;
    for (let round = 0; round < 50; round += 1) {
      guesses += await times(30, (index) => fail({ from: farAddressOf(round * 100 + index), device: "stolen" }));
      guesses += await times(30, (index) => fail({ from: farAddressOf(round * 100 + 50 + index) }));
      advance(15 * minute);
    }
    assert.equal(guesses, 100);
    advance(30 * day);
    assert.equal(await succeed({ from: home, device: "laptop" }), false);
  });

  test("NIST-R1: several devices share what is kept for them", async () => {
    const { fail } = await openThrottle();
    const device = (index: number): string => `device ${index % 7}`;
    const own = await times(50, (index) => fail({ from: undefined, device: device(index) }));
    // Twenty for known devices, and the five free ones of everybody.
    assert.equal(own, 25);
  });
});

describe("device tokens", () => {
  const secret = Buffer.alloc(32, "device secret");
  let now = 1_800_000_000_000;
  const world: World = { ...realWorld, now: () => now };
  const tokens = createDeviceTokens([secret], world);
  const account = { id: "A".repeat(22), passwordChangedAt: now };

  test("say which device of which account signed in, and when", () => {
    const claim = tokens.read(tokens.make(account.id));
    assert.equal(claim?.accountId, account.id);
    assert.equal(claim?.issuedAt, now);
    assert.match(claim?.deviceId ?? "", /^[A-Za-z0-9_-]{22}$/);
    assert.notEqual(tokens.read(tokens.make(account.id))?.deviceId, claim?.deviceId);
  });

  test("keep the id of a device that is known", () => {
    const { deviceId = "" } = tokens.read(tokens.make(account.id)) ?? {};
    assert.equal(tokens.read(tokens.make(account.id, deviceId))?.deviceId, deviceId);
  });

  test("are refused when one character is another, and when anything is missing or added", () => {
    const token = tokens.make(account.id);
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      assert.equal(tokens.read(changed), undefined, `character ${at}`);
      assert.equal(tokens.read(token.slice(0, at) + token.slice(at + 1)), undefined, `without character ${at}`);
    }
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const read = [...alphabet].filter((last) => tokens.read(token.slice(0, -1) + last) !== undefined);
    assert.deepEqual(read, [token.at(-1)], "one spelling of the last character");
    for (const odd of ["", "dt_", `${token} `, ` ${token}`, `${token}\n`, `${token}.`, token.toUpperCase()]) {
      assert.equal(tokens.read(odd), undefined);
    }
  });

  test("work for four hundred days, and under every secret that the issuer still knows", () => {
    const token = tokens.make(account.id);
    const replaced = createDeviceTokens([Buffer.alloc(32, "a younger one"), secret], world);
    const dropped = createDeviceTokens([Buffer.alloc(32, "a younger one")], world);
    now += 400 * day - 1;
    assert.ok(tokens.read(token));
    assert.ok(replaced.read(token));
    assert.equal(dropped.read(token), undefined);
    now += 1;
    assert.equal(tokens.read(token), undefined);
  });

  test("make a device known to the one account they name, until its password is another", () => {
    const claim = tokens.read(tokens.make(account.id));
    assert.ok(claim);
    assert.equal(knownDevice(claim, account), claim.deviceId);
    assert.equal(knownDevice(claim, { ...account, passwordChangedAt: claim.issuedAt }), claim.deviceId);
    assert.equal(knownDevice(claim, { ...account, passwordChangedAt: claim.issuedAt + 1 }), undefined);
    assert.equal(knownDevice(claim, { ...account, id: "B".repeat(22) }), undefined);
    assert.equal(knownDevice(claim, undefined), undefined);
    assert.equal(knownDevice(undefined, account), undefined);
  });

  test("hold no secret, and cannot be made without one", () => {
    assert.equal(tokens.make(account.id).includes(secret.toString("base64url")), false);
    assert.throws(() => createDeviceTokens([], world), TypeError);
  });
});
