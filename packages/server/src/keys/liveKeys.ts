import { coalesced } from "../coalesced.ts";
import type { KeyStore, StoredKey } from "../store/ports.ts";
import type { World } from "../world.ts";
import type { Opening } from "./heldKeys.ts";
import { type HeldKey, type KeyView, keyViewAt } from "./keyView.ts";
import type { OpenedKey } from "./material.ts";
import type { KeyPolicy } from "./policy.ts";

/** The stored keys as this process read them last. */
export type LiveKeys = {
  readonly rows: () => readonly StoredKey[];
  readonly held: () => readonly HeldKey[];
  /** What they amount to now. */
  readonly view: () => KeyView;
  /** Reads them, and throws `ConfigurationError` when one does not open: for the start. */
  readonly load: () => Promise<void>;
  /** Reads them; what was committed before the call is in view when it resolves. */
  readonly reload: () => Promise<void>;
  /** The same, but no more than four reads a second, however many ask. */
  readonly reloadSparingly: () => Promise<void>;
};

/** What live keys are made from. `shared` is the shared secret of the configuration. */
export type LiveKeysParts = {
  readonly store: Pick<KeyStore, "list">;
  readonly opening: Opening;
  readonly policy: KeyPolicy;
  readonly shared: OpenedKey | undefined;
  readonly world: Pick<World, "now" | "monotonic">;
};

const spareMs = 250;

/** No keys, until they are loaded. */
export function createLiveKeys({ store, opening, policy, shared, world }: LiveKeysParts): LiveKeys {
  let rows: readonly StoredKey[] = [];
  let held: readonly HeldKey[] = [];
  let view: KeyView | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = async (open: Opening["all"]): Promise<void> => {
    readAt = world.monotonic();
    const listed = await store.list();
    held = open(listed, world.now());
    rows = listed;
    view = undefined;
  };
  const reload = coalesced(() => read(opening.possible));
  const viewNow = (): KeyView => {
    const now = world.now();
    if (view === undefined || now < view.from || now >= view.until) view = keyViewAt(now, { held, policy, shared });
    return view;
  };
  return {
    rows: () => rows,
    held: () => held,
    view: viewNow,
    load: () => read(opening.all),
    reload,
    reloadSparingly: coalesced(async () => {
      await delay(readAt + spareMs - world.monotonic());
      await reload();
    }),
  };
}

const delay = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
