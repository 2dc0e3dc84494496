import { createClient } from "redis";
import { newIdentifier } from "../identifiers.ts";
import type { Peer } from "./peer.ts";

/** One `GET` per request for a key that is there if the token was revoked. */
export async function redisDenyList(url: string, entries: number): Promise<Peer> {
  const client = await createClient({ url }).connect();
  for (let left = entries; left > 0; left -= 1000) {
    const keys = Array.from({ length: Math.min(left, 1000) }, () => `revoked:${newIdentifier()}`);
    await Promise.all(keys.map((key) => client.set(key, "1", { expiration: { type: "EX", value: 3600 } })));
  }
  const tokens = Array.from({ length: 16_384 }, newIdentifier);
  const away = async (at: number): Promise<void> => {
    if ((await client.get(`revoked:${tokens[at % tokens.length]}`)) !== null) throw new Error("Redis was wrong.");
  };
  return { name: "Redis GET", ask: { away } };
}
