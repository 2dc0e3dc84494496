import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import type { Contender } from "../rounds.ts";
import type { Servers } from "../servers.ts";

/** How its sessions are kept: always in SQLite, or besides for five minutes in a signed cookie (off by default). */
type Sessions = { readonly cookieCache?: boolean; readonly renewsAlways?: boolean };

/** `getSession` of better-auth over node:sqlite, with the same journal and syncs as ours, for sessions that signing up started. */
export async function betterAuthChecks(
  name: string,
  servers: Servers,
  { people, cookieCache = false, renewsAlways = false }: Sessions & { readonly people: number },
): Promise<Contender> {
  const database = new DatabaseSync(join(servers.folder, `better-auth-${randomBytes(4).toString("hex")}.db`));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  const auth = betterAuth({
    database,
    baseURL: "http://localhost:3000",
    secret: randomBytes(32).toString("base64url"),
    emailAndPassword: { enabled: true },
    session: { cookieCache: { enabled: cookieCache, maxAge: 300 }, ...(renewsAlways ? { updateAge: 0 } : {}) },
    telemetry: { enabled: false },
    logger: { level: "error" },
  });
  await (await getMigrations(auth.options)).runMigrations();
  const requests: Headers[] = [];
  for (let at = 0; at < people; at++) {
    const { headers } = await auth.api.signUpEmail({
      body: { email: `user${at}@example.com`, password: "a phrase of several words", name: "A user" },
      returnHeaders: true,
    });
    requests.push(new Headers({ cookie: cookiesOf(headers) }));
  }
  return {
    name,
    run: async (at) => {
      const found = await auth.api.getSession({ headers: requests[at % requests.length] ?? new Headers() });
      if (!found) throw new Error(`${name} found no session.`);
    },
  };
}

const cookiesOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
