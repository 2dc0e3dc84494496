import type { Auth } from "../auth.ts";
import { openAuth } from "../createAuth.ts";
import type { By } from "../people/people.ts";
import { noRequest } from "../requestContext.ts";
import type { Store, StoreFactory } from "../store/ports.ts";
import { realWorld } from "../world.ts";
import type { Arguments } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

/** Who does what the command line does. */
export const byCli: By = { ...noRequest, actor: "cli" };

/** Opens the configured issuer for one piece of work, and closes it whatever happens. Makes the store and its keys if there are none. */
export async function withAuth<T>(given: Arguments, work: (auth: Auth, store: Store) => Promise<T>): Promise<T> {
  const { checked } = await readConfiguration(given);
  const opened = Promise.withResolvers<Store>();
  const open: StoreFactory["open"] = (...asked) => {
    const opening = checked.store.open(...asked);
    opened.resolve(opening);
    return opening;
  };
  // Mails wait for a server: in development they would be gone with this process.
  const auth = await openAuth({ ...checked, store: { ...checked.store, open } }, { leavesMail: true });
  try {
    return await work(auth, await opened.promise);
  } finally {
    await auth.close();
  }
}

/** The same over a store that is there: a command about what is kept must not make an empty store, a secret or a key. Throws when there is none. */
export async function withExistingAuth<T>(
  given: Arguments,
  work: (auth: Auth, store: Store) => Promise<T>,
): Promise<T> {
  const { checked } = await readConfiguration(given);
  await requireStore(checked.store);
  return withAuth(given, work);
}

/** Opens the store alone, as it is, for reading. Throws when there is none. */
export async function withStore<T>(given: Arguments, work: (store: Store) => Promise<T>): Promise<T> {
  const { checked } = await readConfiguration(given);
  await requireStore(checked.store);
  const store = await checked.store.open(realWorld, { migrate: false });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function requireStore({ name, exists }: StoreFactory): Promise<void> {
  if (exists === undefined || (await exists())) return;
  throw new Error(
    `There is no store at ${name.replace(/^\w+ /, "")}. Make it with: cardea migrate, or start with: cardea serve. If it is elsewhere, say where: --data FOLDER or CARDEA_STORE`,
  );
}
