import { type Client, type ClientError, createClient } from "@cardea/client";
import type { Settings } from "./settings.ts";

/** Somebody signed in on this page. The token is undefined where the page cannot read it: in a cookie. */
export type SignedIn = { readonly email: string; readonly token: string | undefined };

/** What came of signing in. */
export type Entry = { readonly ok: true; readonly value: SignedIn } | { readonly ok: false; readonly text: string };

/** An account of a sandbox issuer, as this page has it. */
export type Account = {
  /** Who is still signed in from before the page was loaded; undefined: nobody. */
  readonly restore: () => Promise<SignedIn | undefined>;
  /** Makes an account and signs in to it; one that is there already is signed in to. */
  readonly enter: (credentials: Credentials) => Promise<Entry>;
  readonly leave: () => Promise<void>;
  /** The next token, by the refresh token; undefined when the session has ended. */
  readonly renew: () => Promise<SignedIn | undefined>;
  readonly close: () => void;
};

type Credentials = { readonly email: string; readonly password: string };

/** Opens an account at the sandbox that the settings name, by the client that an application would use. */
export function openAccount({ mode, alg, storage }: Pick<Settings, "mode" | "alg" | "storage">): Account {
  const client: Client = createClient({ baseUrl: `/playground/issuers/${mode}-${alg}`, storage });

  const signedIn = async (email: string): Promise<SignedIn> => ({ email, token: await client.accessToken() });

  const current = async (): Promise<SignedIn | undefined> => {
    const { user } = await client.ready();
    return user && signedIn(user.email);
  };

  return {
    restore: current,
    enter: async (credentials) => {
      const made = await client.signUp(credentials);
      if (made.error) return { ok: false, text: inWords(made.error) };
      const entered = await client.signIn(credentials);
      if (entered.error) return { ok: false, text: inWords(entered.error) };
      return { ok: true, value: await signedIn(entered.data.user.email) };
    },
    leave: async () => {
      await client.signOut();
    },
    renew: async () => {
      const { error } = await client.refresh();
      return error ? undefined : current();
    },
    close: () => client.close(),
  };
}

function inWords({ code, detail, errors }: ClientError): string {
  if (code === "invalid_credentials") return "There is an account with this address, and its password is another one.";
  if (code === "network_failure") return "The server does not answer. Is it still running?";
  return errors?.[0]?.message ?? detail ?? `It was refused: ${code}.`;
}
