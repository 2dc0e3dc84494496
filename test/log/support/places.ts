import { postgres, realWorld, redisLog, type Store, sqlite } from "cardea";

/** Opens a store at a place: a file, the URL of a database, or a file and the URL of a Redis for its log, with a blank between. */
export async function openAt(kind: string, place: string): Promise<Store> {
  if (kind === "postgres") return postgres(place).open(realWorld);
  const [file = "", redis] = place.split(" ");
  const record = await sqlite(file).open(realWorld);
  if (redis === undefined) return record;
  // Sixteen who write at once wait for each other.
  return redisLog(redis, { replicas: "none", deadline: "10s" }).carry(record, {
    world: realWorld,
    onEvent: () => undefined,
  });
}
