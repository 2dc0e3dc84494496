import { createClient } from "redis";

/** A command to the Redis at this URL, as an operator would give it; answers what Redis answers. Rejects at once where none listens. */
export async function redisCommand(url: string, ...words: readonly string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
}
