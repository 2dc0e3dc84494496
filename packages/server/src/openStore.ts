import type { CheckedOptions } from "./config/options.ts";
import type { EventSink } from "./event.ts";
import { ConfigurationError } from "./refusal.ts";
import type { Store } from "./store/ports.ts";
import type { World } from "./world.ts";

/** The configured store, with its cache in front if there is one. Throws `ConfigurationError`. */
export async function openStore(
  { store: factory, sessions, development }: CheckedOptions,
  tools: { readonly world: World; readonly onEvent: EventSink },
): Promise<Store> {
  const record = await factory.open(tools.world, { migrate: development || factory.migratesAtStart === true });
  if (!sessions.store) return record;
  try {
    return await sessions.store.over(record, tools);
  } catch (error) {
    await record.close();
    throw error;
  }
}

/** The key-encryption secrets: the configured ones, or the store's own. Throws `ConfigurationError` when there is none. */
export async function openSecrets({ secret, store }: CheckedOptions, world: World): Promise<readonly Uint8Array[]> {
  if (secret) return secret;
  const local = await store.localSecret(world);
  if (local) return [local];
  throw new ConfigurationError(
    `createAuth: the store ${store.name} keeps no secret of its own. Give "secret" (CARDEA_SECRET): 32 random bytes as base64url.`,
  );
}
