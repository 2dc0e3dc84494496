import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import fc from "fast-check";
import { trustProxyOption } from "../src/config/throttleOptions.ts";
import type { SecurityEvent } from "../src/event.ts";
import { addressRule, createClientAddress, type TrustProxy } from "../src/http/clientAddress.ts";
import { readIpAddress } from "../src/signin/throttle/ipAddress.ts";
import { realWorld } from "../src/world.ts";

const peer = "198.51.100.1";
const read = (
  trustProxy: TrustProxy,
  forwardedFor: string | null,
  from: string | undefined = peer,
): string | undefined => addressRule(trustProxy)({ peer: from, forwardedFor }).address;

describe("ASVS-4.1.3: ASVS-15.3.4: OA-9: L-16: the client's address", () => {
  test("is the peer's where no proxy stands in front, whatever is claimed", () => {
    for (const forwarded of [null, "1.2.3.4", "127.0.0.1", "::ffff:1.2.3.4", "1.2.3.4, 5.6.7.8", "junk", ""]) {
      assert.equal(read(0, forwarded), peer);
      assert.equal(read(undefined, forwarded), peer);
    }
    assert.equal(read(0, "1.2.3.4", "10.0.0.9"), "10.0.0.9");
    assert.equal(read(0, null, "::ffff:10.0.0.9"), "10.0.0.9");
  });

  test("is the n-th from the right behind n proxies: what a client claims stands further left", () => {
    assert.equal(read(1, "203.0.113.7"), "203.0.113.7");
    assert.equal(read(1, "1.2.3.4, 203.0.113.7"), "203.0.113.7");
    assert.equal(read(1, "1.2.3.4, junk, 127.0.0.1, 203.0.113.7"), "203.0.113.7");
    assert.equal(read(2, "1.2.3.4, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
    assert.equal(read(3, "1.2.3.4, 203.0.113.7, 10.0.0.2,10.0.0.3"), "203.0.113.7");
  });

  test("does not change with what a client puts in front", () => {
    const entry = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant("127.0.0.1"));
    const property = fc.property(fc.array(entry), fc.integer({ min: 1, max: 3 }), (claims, proxies) => {
      const added = ["203.0.113.7", "10.0.0.2", "10.0.0.3"].slice(0, proxies);
      assert.equal(read(proxies, [...claims, ...added].join(", ")), "203.0.113.7");
      assert.equal(read(["10.0.0.0/8"], [...claims, ...added].join(", "), "10.0.0.9"), "203.0.113.7");
    });
    fc.assert(property);
  });

  test("is not known behind fewer proxies than were counted: no proxy's address stands for strangers", () => {
    assert.equal(read(1, null), undefined);
    assert.equal(read(2, "203.0.113.7"), undefined);
    assert.equal(read(2, null, "10.0.0.9"), undefined);
  });

  test("is not known where the entry is none, and nothing is thrown", () => {
    for (const entry of [
      "",
      "unknown",
      "_hidden",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      "256.1.1.1",
      "[::1",
      "::1]",
      "a:b",
      "1.2.3.4:x",
    ]) {
      assert.equal(read(1, entry), undefined, entry);
      assert.equal(read(1, `1.2.3.4, ${entry}`), undefined, entry);
    }
    const anything = fc.property(fc.string(), fc.string(), fc.option(fc.nat(10)), (from, forwarded, proxies) => {
      const { address, doubt } = addressRule(proxies ?? undefined)({ peer: from, forwardedFor: forwarded });
      assert.notEqual(address === undefined, doubt === undefined);
    });
    fc.assert(anything);
  });

  test("is read with a port and in brackets, as some proxies write it", () => {
    assert.equal(read(1, "203.0.113.7:4711"), "203.0.113.7");
    assert.equal(read(1, "[2001:DB8::1]:4711"), "2001:db8::1");
    assert.equal(read(1, "[2001:db8::1]"), "2001:db8::1");
    assert.equal(read(1, "2001:db8:0:0:0:0:0:1"), "2001:db8::1");
    assert.equal(read(1, "::ffff:203.0.113.7"), "203.0.113.7");
  });

  test("is the first from the right that is no listed proxy's", () => {
    const proxies = ["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.1"];
    assert.equal(read(proxies, "1.2.3.4, 203.0.113.7, 10.0.0.2", "10.0.0.9"), "203.0.113.7");
    assert.equal(read(proxies, "1.2.3.4, 203.0.113.7, 2001:db8:1::2, 192.0.2.1", "::ffff:10.0.0.9"), "203.0.113.7");
    assert.equal(read(proxies, "1.2.3.4", "203.0.113.7"), "203.0.113.7", "who comes past the proxies is who they are");
    assert.equal(read(proxies, "10.0.0.1, 10.0.0.2", "10.0.0.9"), "10.0.0.1", "a client in the proxies' own network");
    assert.equal(read(proxies, null, "10.0.0.9"), undefined);
    assert.equal(read(proxies, "203.0.113.7, junk", "10.0.0.9"), undefined);
  });

  test("is not known where a peer may be a proxy that nobody told of", () => {
    const peers = [
      "127.0.0.1",
      "::1",
      "10.1.2.3",
      "172.16.0.1",
      "192.168.1.1",
      "169.254.1.1",
      "100.64.0.1",
      "fd00::1",
      "fe80::1%eth0",
      "::ffff:10.1.2.3",
    ];
    for (const proxy of peers) {
      assert.equal(read(undefined, "203.0.113.7", proxy), undefined, proxy);
      assert.equal(read(undefined, null, proxy), undefined, proxy);
    }
    for (const open of ["172.15.255.255", "172.32.0.1", "192.169.0.1", "100.128.0.1", "11.0.0.1", "2001:db8::1"]) {
      assert.equal(read(undefined, null, open), open);
    }
  });

  test("is not known without a socket, unless the proxies are counted", () => {
    for (const trust of [undefined, 0, ["10.0.0.0/8"]] as const) {
      assert.equal(addressRule(trust)({ peer: undefined, forwardedFor: "203.0.113.7" }).doubt, "no_peer");
    }
    assert.equal(addressRule(1)({ peer: undefined, forwardedFor: "203.0.113.7" }).address, "203.0.113.7");
  });
});

describe("where the configuration may be wrong", () => {
  const open = (
    trustProxy: TrustProxy,
  ): {
    told: SecurityEvent[];
    ask: (peer: string | undefined, forwardedFor: string | null) => unknown;
    advance: (ms: number) => void;
  } => {
    let now = 0;
    const told: SecurityEvent[] = [];
    const world = { ...realWorld, monotonic: () => now };
    const address = createClientAddress({ trustProxy, world, tell: (event) => told.push(event) });
    return {
      told,
      ask: (from, forwardedFor) => address({ peer: from, forwardedFor }),
      advance: (ms) => {
        now += ms;
      },
    };
  };

  test("it is told once an hour, with the reason", () => {
    const { told, ask, advance } = open(undefined);
    for (let index = 0; index < 100; index += 1) ask("127.0.0.1", `203.0.113.${index}`);
    advance(3_599_999);
    ask("127.0.0.1", "203.0.113.7");
    assert.deepEqual(told, [{ type: "proxy_not_trusted", reason: "private_peer" }]);
    advance(1);
    ask("127.0.0.1", "203.0.113.7");
    assert.equal(told.length, 2);
  });

  test("each reason is told, but for what is nobody's mistake", () => {
    const reasons = (
      trustProxy: TrustProxy,
      from: string | undefined,
      forwarded: string | null,
    ): readonly unknown[] => {
      const { told, ask } = open(trustProxy);
      ask(from, forwarded);
      return told.map((event) => event.type === "proxy_not_trusted" && event.reason);
    };
    assert.deepEqual(reasons(2, peer, "203.0.113.7"), ["too_few_entries"]);
    assert.deepEqual(reasons(1, peer, "junk"), ["unreadable_entry"]);
    assert.deepEqual(reasons(undefined, "172.17.0.1", null), ["private_peer"]);
    assert.deepEqual(reasons(undefined, "::1", "203.0.113.7"), ["private_peer"]);
    assert.deepEqual(reasons(undefined, "::1", null), []);
    assert.deepEqual(reasons(undefined, undefined, "203.0.113.7"), []);
    assert.deepEqual(reasons(0, "127.0.0.1", "203.0.113.7"), []);
    assert.deepEqual(reasons(1, "127.0.0.1", "203.0.113.7"), []);
  });
});

test("blocks: IPv4 by address and /24, IPv6 by /64 and /48, IPv4 within IPv6 as IPv4", () => {
  const blocks = (text: string): unknown => {
    const ip = readIpAddress(text);
    return ip && [ip.text, ip.address, ip.network];
  };
  assert.deepEqual(blocks("203.0.113.7"), ["203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"]);
  for (const same of ["::ffff:203.0.113.7", "::FFFF:CB00:7107", "0:0:0:0:0:ffff:203.0.113.7", "64:ff9b::203.0.113.7"]) {
    assert.deepEqual(blocks(same), blocks("203.0.113.7"));
  }
  assert.deepEqual(blocks("2001:DB8:1:2:3::4"), ["2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"]);
  assert.deepEqual(blocks("::1"), ["::1", "0:0:0:0::/64", "0:0:0::/48"]);
  assert.deepEqual(blocks("fe80::1%eth0"), ["fe80::1", "fe80:0:0:0::/64", "fe80:0:0::/48"]);
  for (const none of ["", "localhost", "1.2.3", "16909060", "0x7f.1", ":::", "2001:db8::1::2"])
    assert.equal(blocks(none), undefined);

  const sameBlock = fc.property(fc.ipV6(), fc.ipV6(), (first, second) => {
    const [left, right] = [first, second].map((text) => new URL(`http://[${text}]`).hostname);
    if (left === right) assert.deepEqual(readIpAddress(first), readIpAddress(second));
    assert.equal(readIpAddress(first)?.text, readIpAddress(readIpAddress(first)?.text ?? "")?.text);
  });
  fc.assert(sameBlock);
});

test("L-16: several X-Forwarded-For lines are one list, as the runtime joins them", async () => {
  const { promise: heard, resolve } = Promise.withResolvers<string | string[] | undefined>();
  const server = createServer(({ headers }, response) => {
    resolve(headers["x-forwarded-for"]);
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  const { port } = server.address() as AddressInfo;
  const request = httpRequest({ port, headers: { "X-Forwarded-For": ["1.2.3.4", "5.6.7.8, 203.0.113.7"] } });
  request.on("response", (response) => response.resume()).end();
  const forwardedFor = String(await heard);
  server.close();
  assert.equal(read(1, forwardedFor), "203.0.113.7");
  assert.equal(read(3, forwardedFor), "1.2.3.4");
});

test("trustProxy is a count or a list, and never everybody", () => {
  for (const good of [undefined, 0, 1, 10, ["10.0.0.0/8"], ["127.0.0.1", "::1", "fd00::/8"]]) {
    assert.deepEqual(trustProxyOption.parse(good), good);
  }
  const bad = [
    true,
    "1",
    -1,
    11,
    1.5,
    [],
    ["everybody"],
    ["0.0.0.0/0"],
    ["::/0"],
    ["10.0.0.0/33"],
    ["10.0.0.0/8/8"],
    ["fe80::1%eth0"],
    [""],
  ];
  for (const given of bad) {
    const parsed = trustProxyOption.safeParse(given);
    assert.match(parsed.error?.message ?? "", /Count the proxies/, JSON.stringify(given));
  }
});
