import { type Auth, createAuth } from "../createAuth.ts";
import type { Arguments } from "./command.ts";
import { readConfiguration } from "./configuration.ts";

/** Opens the configured issuer for one piece of work, and closes it whatever happens. */
export async function withAuth<T>(given: Arguments, work: (auth: Auth) => Promise<T>): Promise<T> {
  const { options } = await readConfiguration(given);
  const auth = await createAuth(options);
  try {
    return await work(auth);
  } finally {
    await auth.close();
  }
}
