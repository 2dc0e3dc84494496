import { isIPv4, isIPv6, SocketAddress } from "node:net";

/** An IP address, and the blocks by which it is counted. */
export type IpAddress = {
  /** IPv4 with dots, or IPv6 as RFC 5952 writes it. */
  readonly text: string;
  /** What one customer has: an IPv4 address, or an IPv6 /64. */
  readonly address: string;
  /** What one site or small provider has: an IPv4 /24, or an IPv6 /48. */
  readonly network: string;
};

/** Reads an IP address; undefined for anything else. A zone (`%eth0`) is dropped. IPv4 within IPv6 (`::ffff:…`, and `64:ff9b::…` of RFC 6052) is IPv4. */
export function readIpAddress(given: string): IpAddress | undefined {
  const [text = ""] = given.split("%", 1);
  if (isIPv4(text)) return fromIPv4(text);
  if (!isIPv6(text)) return undefined;
  const groups = groupsOf(text);
  const embedded = embeddedIPv4(groups);
  return embedded === undefined ? fromIPv6(text, groups) : fromIPv4(embedded);
}

const fromIPv4 = (text: string): IpAddress => ({
  text,
  address: `${text}/32`,
  network: `${text.slice(0, text.lastIndexOf("."))}.0/24`,
});

const fromIPv6 = (text: string, groups: readonly number[]): IpAddress => ({
  text: new SocketAddress({ address: text, family: "ipv6" }).address,
  address: `${hex(groups.slice(0, 4))}::/64`,
  network: `${hex(groups.slice(0, 3))}::/48`,
});

const hex = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(":");

/** The eight groups of an address that is known to be IPv6. */
function groupsOf(text: string): readonly number[] {
  const [left = [], right = []] = text.split("::").map(groupsOfPart);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

const groupsOfPart = (part: string): number[] =>
  part === ""
    ? []
    : part.split(":").flatMap((group) => (group.includes(".") ? pairOf(group) : Number.parseInt(group, 16)));

function pairOf(ipv4: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

function embeddedIPv4(groups: readonly number[]): string | undefined {
  const prefix = groups.slice(0, 6).join();
  if (prefix !== mapped && prefix !== translated) return undefined;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}

const mapped = [0, 0, 0, 0, 0, 0xffff].join();
const translated = [0x64, 0xff9b, 0, 0, 0, 0].join();
