import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { serveScript } from "../script.ts";

/** How long a session that was revoked elsewhere goes on being accepted by its cookie, in seconds. `maxAge` is how long better-auth keeps a session in the cookie. */
export type WindowRow = { readonly maxAge: number; readonly acceptedFor: number };

const email = "user@example.com";
const password = "a phrase of several words";

/** One person on two devices; the second revokes the first, which goes on asking with the cookies that it has. */
async function measureWindow({ maxAge }: { readonly maxAge: number }): Promise<WindowRow> {
  const auth = await newAuth(maxAge);
  const first = await cookiesOf(auth.api.signUpEmail({ body: { email, password, name: "A user" }, asResponse: true }));
  const second = await cookiesOf(auth.api.signInEmail({ body: { email, password }, asResponse: true }));
  const isAccepted = async (): Promise<boolean> => (await auth.api.getSession({ headers: first })) !== null;
  if (!(await isAccepted())) throw new Error("better-auth refused a session before it was revoked.");
  await auth.api.revokeOtherSessions({ headers: second });
  const revoked = performance.now();
  let acceptedFor = 0;
  while (await isAccepted()) {
    acceptedFor = (performance.now() - revoked) / 1000;
    if (acceptedFor > maxAge + 60) break;
    await delay(100);
  }
  return { maxAge, acceptedFor: Number(acceptedFor.toFixed(1)) };
}

async function newAuth(maxAge: number) {
  const auth = betterAuth({
    database: new DatabaseSync(":memory:"),
    baseURL: "http://localhost:3000",
    secret: randomBytes(32).toString("base64url"),
    emailAndPassword: { enabled: true },
    session: { cookieCache: { enabled: true, maxAge } },
    telemetry: { enabled: false },
    logger: { level: "error" },
  });
  await (await getMigrations(auth.options)).runMigrations();
  return auth;
}

async function cookiesOf(answering: Promise<Response>): Promise<Headers> {
  const cookies = (await answering).headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  return new Headers({ cookie: cookies.join("; ") });
}

await serveScript(measureWindow);
