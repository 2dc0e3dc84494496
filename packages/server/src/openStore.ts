import type { CheckedOptions } from "./config/options.ts";
import type { EventSink } from "./event.ts";
import { ConfigurationError } from "./refusal.ts";
import type { Store } from "./store/ports.ts";
import type { World } from "./world.ts";

/** The configured store, with its log elsewhere and a cache in front if there are such. Throws `ConfigurationError`. */
export async function openStore(
  { store: factory, sessions, revocation, development }: CheckedOptions,
  tools: { readonly world: World; readonly onEvent: EventSink },
): Promise<Store> {
  const migrate = development || factory.migratesAtStart === true;
  const record = await factory.open(tools.world, { migrate, onEvent: tools.onEvent });
  try {
    const carried = revocation.log ? await revocation.log.carry(record, tools) : record;
    return sessions.store ? await sessions.store.over(carried, tools) : carried;
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
