import type { Grant } from "./grant.ts";
import type { Reason } from "./state.ts";
import type { ClientWorld } from "./world.ts";

/** A place of the application's own to keep texts in, such as the key store of a phone. Answers may be promises. */
export type StorageAdapter = {
  readonly get: (key: string) => Soon<string | null | undefined>;
  readonly set: (key: string, value: string) => Soon<unknown>;
  readonly remove: (key: string) => Soon<unknown>;
};

type Soon<T> = T | Promise<T>;

/** Where a client keeps what it got. */
export type StorageChoice = "memory" | "session" | "local" | "cookie" | StorageAdapter;

/** What is kept: a grant, or how the last one ended, so that a tab that comes late hears it too; and the mark of a known device. */
export type Kept = {
  readonly grant?: Grant | undefined;
  readonly ended?: Reason | undefined;
  readonly device?: string | undefined;
};

/** What is kept, under one key. */
export type Keeper = {
  /** Undefined when it could not be read, which does not say that nothing is there. */
  readonly read: () => Promise<Kept | undefined>;
  readonly write: (kept: Kept) => Promise<void>;
};

/** Keeps things where the choice says; in memory where that place cannot be had, or stops taking anything. */
export function createKeeper(choice: StorageChoice, key: string, world: ClientWorld): Keeper {
  let place: Place = (choice !== "memory" && placeOf(choice, world)) || new Map();
  return {
    read: async () => {
      try {
        // What somebody else wrote there is nothing.
        return Object(JSON.parse((await place.get(key)) ?? "{}"));
      } catch {
        return undefined;
      }
    },
    write: async (kept) => {
      const text = JSON.stringify(kept);
      try {
        await place.set(key, text);
      } catch {
        // Full, or closed. What is still there is older than what this page knows, so nobody may go by it.
        const old = place;
        place = new Map([[key, text]]);
        try {
          await old.remove?.(key);
        } catch {
          // Closed to that, too.
        }
      }
    },
  };
}

type Place = Omit<StorageAdapter, "remove"> & Partial<StorageAdapter>;

function placeOf(choice: Exclude<StorageChoice, "memory">, world: ClientWorld): Place | undefined {
  if (typeof choice === "object") return choice;
  const storage = world.storage(choice === "session" ? "session" : "local");
  return (
    storage && {
      get: (name) => storage.getItem(name),
      set: (name, value) => storage.setItem(name, value),
      remove: (name) => storage.removeItem(name),
    }
  );
}
