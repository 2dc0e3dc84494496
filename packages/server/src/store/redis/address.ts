import { suggestion } from "../../didYouMean.ts";
import { ConfigurationError } from "../../refusal.ts";

/** User and password, where they are not in the URL. A cluster and the Redis behind sentinels need them here. */
export type Credentials = { readonly username?: string; readonly password?: string };

/**
 * Where Redis or Valkey is: one server; some nodes of a cluster, the others are found; or the sentinels that know the master of
 * that name. All by URL: `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS. Where the sentinels speak TLS,
 * their Redis must too.
 */
export type RedisAddress =
  | string
  | ({ readonly url: string } & Credentials)
  | ({ readonly cluster: readonly string[] } & Credentials)
  | ({
      readonly sentinel: { readonly name: string; readonly nodes: readonly string[]; readonly database?: number };
    } & Credentials);

/** An address after the check. */
export type CheckedAddress = Exclude<RedisAddress, string>;

/** Checks an address. Throws `ConfigurationError`, which repeats nothing of a URL, since that may hold a password. */
export function checkAddress(given: RedisAddress): CheckedAddress {
  const address = typeof given === "string" ? { url: given } : given;
  if (typeof address !== "object" || address === null) throw new ConfigurationError(`redis: ${howTo}`);
  refuseUnknown(address, [...kinds, "username", "password"]);
  if (kinds.filter((kind) => kind in address).length !== 1) throw new ConfigurationError(`redis: ${howTo}`);
  if ("sentinel" in address) checkSentinel(address.sentinel);
  const urls = urlsOf(address);
  if (!Array.isArray(urls) || urls.length === 0) throw new ConfigurationError(`redis: ${howTo}`);
  urls.forEach(checkUrl);
  return address;
}

/** Hosts and ports, for people. */
export const nameOf = (address: CheckedAddress): string =>
  `redis ${urlsOf(address)
    .map((url) => new URL(url).host)
    .join(", ")}`;

/** The URLs that an address names. */
export function urlsOf(address: CheckedAddress): readonly string[] {
  if ("cluster" in address) return address.cluster;
  return "sentinel" in address ? address.sentinel.nodes : [address.url];
}

const kinds = ["url", "cluster", "sentinel"];

const howTo =
  'Write redis("redis://host:6379"), redis({ cluster: ["redis://host:6379", …] }) or redis({ sentinel: { name, nodes: ["redis://host:26379", …] } }).';

function checkSentinel(sentinel: unknown): void {
  if (typeof sentinel !== "object" || sentinel === null || !("name" in sentinel) || typeof sentinel.name !== "string") {
    throw new ConfigurationError(
      'redis: sentinel.name is missing: the name of the master in "sentinel monitor <name> …".',
    );
  }
  refuseUnknown(sentinel, ["name", "nodes", "database"]);
}

function checkUrl(url: unknown): void {
  if (typeof url !== "string" || !isRedisUrl(url)) {
    throw new ConfigurationError(
      "redis: an address is no URL of Redis. Write redis://host:6379, or rediss://host:6379 for TLS; other characters than letters and digits in a password as %XX.",
    );
  }
}

function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^(?:\/\d*)?$/.test(url.pathname))
    return false;
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

/** Throws `ConfigurationError` for an option that does not exist, with the one that was meant. */
export function refuseUnknown(options: object, known: readonly string[], of = "redis"): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigurationError(`${of}: no option "${unknown}".${suggestion(unknown, known)}`);
}
