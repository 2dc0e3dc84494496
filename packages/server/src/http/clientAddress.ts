import { BlockList } from "node:net";
import type { SecurityEvent } from "../event.ts";
import { readIpAddress } from "../signin/throttle/ipAddress.ts";
import type { World } from "../world.ts";

/** How many proxies stand in front (0: none), or whose addresses they have (`10.0.0.0/8`); undefined: nobody said. */
export type TrustProxy = number | readonly string[] | undefined;

/** What is known about where a request comes from. */
export type AddressSource = {
  /** The other end of the connection; undefined where there is no socket, or one without an address. */
  readonly peer: string | undefined;
  /** All of `X-Forwarded-For`, its lines joined in order; null: none. No other header is looked at. */
  readonly forwardedFor: string | null;
};

/** The client's address, or why it is not known. */
export type ClientAddress =
  | { readonly address: string; readonly doubt?: undefined }
  | { readonly address: undefined; readonly doubt: AddressDoubt };

/** `private_peer` is a peer that may be a proxy of which `trustProxy` says nothing; `no_peer` is no mistake of anybody's. */
export type AddressDoubt = "no_peer" | "private_peer" | "too_few_entries" | "unreadable_entry";

/**
 * Reads clients' addresses, and tells once an hour why there is none where the configuration may be wrong. Undefined: the
 * client is not known, and no limit by address applies, since it would be shared with strangers.
 */
export function createClientAddress({
  trustProxy,
  world,
  tell,
}: {
  readonly trustProxy: TrustProxy;
  readonly world: World;
  readonly tell: (event: SecurityEvent) => void;
}): (source: AddressSource) => string | undefined {
  const read = addressRule(trustProxy);
  let quietUntil = Number.NEGATIVE_INFINITY;
  return (source) => {
    const { address, doubt } = read(source);
    if (doubt !== undefined && isWorthTelling(doubt, source) && world.monotonic() >= quietUntil) {
      quietUntil = world.monotonic() + hourMs;
      tell({ type: "proxy_not_trusted", reason: doubt });
    }
    return address;
  };
}

/** A developer's own machine is a private peer too, and nothing is wrong with it. */
const isWorthTelling = (doubt: AddressDoubt, { peer, forwardedFor }: AddressSource): boolean =>
  doubt === "private_peer" ? forwardedFor !== null || !isLoopback(peer) : doubt !== "no_peer";

const isLoopback = (peer: string | undefined): boolean => {
  const address = readIpAddress(peer ?? "");
  return address !== undefined && isWithin(loopbackBlocks, address.text);
};

/**
 * The client's address as far as it can be trusted: behind n proxies the n-th entry of `X-Forwarded-For` from the right, behind
 * listed proxies the first one from the right that is none of theirs, else the peer. A client can write any entry but those that
 * our own proxies add, and they add on the right.
 */
export function addressRule(trustProxy: TrustProxy): (source: AddressSource) => ClientAddress {
  if (trustProxy === undefined) return ({ peer }) => publicPeer(peer);
  if (trustProxy === 0) return ({ peer }) => known(peer, "no_peer");
  if (typeof trustProxy === "number") return (source) => known(entriesOf(source).at(-trustProxy), "too_few_entries");
  const proxies = blocksOf(trustProxy);
  return (source) => behindListed(source, proxies);
}

/** A peer in a private network may be a proxy or a gateway, behind which everybody has one address. */
function publicPeer(peer: string | undefined): ClientAddress {
  const own = known(peer, "no_peer");
  return own.address !== undefined && isWithin(privateBlocks, own.address) ? unknown("private_peer") : own;
}

/** Where all entries are proxies, the leftmost one is the client. */
function behindListed(source: AddressSource, proxies: BlockList): ClientAddress {
  const isProxy = ({ address }: ClientAddress): boolean => address !== undefined && isWithin(proxies, address);
  const peer = known(source.peer, "no_peer");
  if (!isProxy(peer)) return peer;
  const nearestFirst = entriesOf(source)
    .toReversed()
    .map((entry) => known(entry, "too_few_entries"));
  return nearestFirst.find((hop) => !isProxy(hop)) ?? nearestFirst.at(-1) ?? unknown("too_few_entries");
}

const entriesOf = ({ forwardedFor }: AddressSource): readonly string[] =>
  forwardedFor === null ? [] : forwardedFor.split(",").map((entry) => entry.trim());

function known(given: string | undefined, absent: AddressDoubt): ClientAddress {
  if (given === undefined) return unknown(absent);
  const address = readIpAddress(withoutPort(given));
  return address ? { address: address.text } : unknown("unreadable_entry");
}

const unknown = (doubt: AddressDoubt): ClientAddress => ({ address: undefined, doubt });

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
const withoutPort = (entry: string): string =>
  /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(entry)?.[1] ?? entry;

const isWithin = (blocks: BlockList, address: string): boolean =>
  blocks.check(address, address.includes(":") ? "ipv6" : "ipv4");

function blocksOf(texts: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const text of texts) {
    const [address = "", prefix] = text.split("/");
    const family = address.includes(":") ? "ipv6" : "ipv4";
    if (prefix === undefined) blocks.addAddress(address, family);
    else blocks.addSubnet(address, Number(prefix), family);
  }
  return blocks;
}

const loopback = ["127.0.0.0/8", "::1/128"];
const loopbackBlocks = blocksOf(loopback);

/** Loopback, private, link-local and carrier-shared (RFC 1918, 3927, 4193, 4291, 6598): never a stranger from the Internet. */
const privateBlocks = blocksOf([
  ...loopback,
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "100.64.0.0/10",
  "fc00::/7",
  "fe80::/10",
]);

const hourMs = 3_600_000;
