import { once } from "node:events";
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { postgres, type StoreFactory, sqlite } from "cardea";
import { testAuth } from "cardea/testing";
import type { Json } from "../../support/client.ts";
import { changingOptions, phrase } from "./changing.ts";

/** What was acknowledged, as soon as it was. `passwords`: how often the password was changed so far. */
export type Acknowledged =
  | { readonly did: "sign_up"; readonly email: string }
  | {
      readonly did: "sign_in" | "refresh";
      readonly account: string;
      readonly session: string;
      readonly refresh: string;
    }
  | {
      readonly did: "change_password";
      readonly account: string;
      readonly session: string;
      readonly refresh: string;
      readonly passwords: number;
    }
  | { readonly did: "reset_password"; readonly account: string; readonly passwords: number }
  | { readonly did: "sign_out"; readonly account: string; readonly session: string }
  | { readonly did: "disable" | "delete"; readonly account: string }
  | { readonly did: "make_key" | "revoke_key"; readonly kid: string };

// A program that changes all it can, for several people at once, until it is killed. It waits for a word before it begins.
const { kind, place, round, people }: Record<string, string> & { people: number } = JSON.parse(process.argv[2] ?? "");
const say = (acknowledged: Acknowledged): number => writeSync(1, `${JSON.stringify(acknowledged)}\n`);

await once(process.stdin, "data");
const factory: StoreFactory = kind === "postgres" ? postgres(place ?? "") : sqlite(place ?? "");
const { auth, inbox } = await testAuth(changingOptions(factory));
const by = { actor: "cli", address: undefined, userAgent: undefined, requestId: undefined };

async function send(method: string, path: string, body?: object, token?: string): Promise<Json> {
  const headers = {
    ...(body && { "content-type": "application/json" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const url = `https://issuer.test/auth${path}`;
  const ask = (): Promise<Response> =>
    auth.fetch(new Request(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
  let response = await ask();
  // A database that is slow for a moment, as on a busy machine, asks its clients to come back.
  for (let tries = 0; response.status === 503 && tries < 20; tries++) response = await delay(100).then(ask);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

type Session = {
  readonly account: string;
  readonly session: string;
  readonly access: string;
  readonly refresh: string;
};

function sessionOf({ user, access_token, refresh_token }: Json): Session {
  const [, session = ""] = /^rt_([\w-]{22})\./.exec(String(refresh_token)) ?? [];
  return { account: String(Object(user).id), session, access: String(access_token), refresh: String(refresh_token) };
}

const told = ({ account, session, refresh }: Session) => ({ account, session, refresh });

async function signIn(email: string, passwords: number): Promise<Session> {
  const session = sessionOf(await send("POST", "/sign-in", { email, password: phrase(passwords) }));
  say({ did: "sign_in", ...told(session) });
  return session;
}

async function refreshed(session: Session): Promise<Session> {
  const next = sessionOf(await send("POST", "/refresh", { refresh_token: session.refresh }));
  say({ did: "refresh", ...told(next) });
  return next;
}

async function resetByMail(email: string, account: string, passwords: number): Promise<void> {
  await send("POST", "/password/forgot", { email });
  await auth.settled();
  // Mails overtake each other on their way.
  const mail = inbox.list().find(({ to, kind: about }) => to === email && about === "reset_password");
  const token = new URL(mail?.link ?? "").search.slice("?token=".length);
  await send("POST", "/password/reset", { token, password: phrase(passwords) });
  say({ did: "reset_password", account, passwords });
}

/** How a life ends, by turns. */
const ends: readonly ((session: Session) => Promise<void>)[] = [
  async ({ account, session, access }) => {
    await send("POST", "/sign-out", undefined, access);
    say({ did: "sign_out", account, session });
  },
  async ({ account }) => {
    await auth.accounts.disable(account, by);
    say({ did: "disable", account });
  },
  async ({ account, access }) => {
    await send("DELETE", "/me", undefined, access);
    say({ did: "delete", account });
  },
];

async function live(email: string, turn: number): Promise<void> {
  await send("POST", "/sign-up", { email, password: phrase(0) });
  say({ did: "sign_up", email });
  const first = await refreshed(await signIn(email, 0));
  await signIn(email, 0);
  const change = { current_password: phrase(0), password: phrase(1) };
  const changed = sessionOf(await send("POST", "/password/change", change, first.access));
  say({ did: "change_password", ...told(changed), passwords: 1 });
  await refreshed(await refreshed(changed));
  await resetByMail(email, changed.account, 2);
  await ends[turn % ends.length]?.(await refreshed(await signIn(email, 2)));
}

async function turnKeys(): Promise<void> {
  const { kid } = await auth.keys.rotate();
  say({ did: "make_key", kid });
  await auth.keys.revoke(kid);
  say({ did: "revoke_key", kid });
}

async function liveOn(person: number): Promise<void> {
  for (let turn = person; ; turn++) {
    await live(`p${round}-${person}-${turn}@example.com`, turn);
    if (person === 0) await turnKeys();
  }
}

await Promise.all(Array.from({ length: people }, (_, person) => liveOn(person)));
