import { createAttachedFetch } from "./attachedFetch.ts";
import type { AuthTypes, ClaimsOf, FieldsOf, UnknownAuth } from "./authTypes.ts";
import type { Client, SignedIn } from "./client.ts";
import type { SignedInBody } from "./grant.ts";
import { createIssuer } from "./issuer.ts";
import { type ClientOptions, checkOrigins } from "./options.ts";
import { createSession } from "./session.ts";
import { elsewhere, loading } from "./state.ts";
import { unverifiedClaims } from "./unverifiedClaims.ts";
import type { Ended, Me, Result } from "./wire.ts";
import { type ClientWorld, realWorld } from "./world.ts";

/** Stands for the page's URL where there is no page (RFC 2606): a relative URL leads nowhere there. */
const nowhere = "https://nowhere.invalid";

/**
 * A client of an issuer, for browsers and React Native. `createClient<typeof auth>` knows claims and fields by the type of the
 * issuer. Nothing is asked or listened to before it is used. Throws a TypeError for options that do not fit.
 */
export function createClient<Types extends AuthTypes = UnknownAuth>({
  baseUrl,
  storage = "memory",
  attachTo = [],
  world: ownWorld,
  ...unknown
}: ClientOptions): Client<ClaimsOf<Types>, FieldsOf<Types>> {
  for (const name in unknown) throw new TypeError(`no option "${name}"`);
  const world: ClientWorld = { ...realWorld, ...ownWorld };
  const usesCookies = storage === "cookie";
  const url = new URL(baseUrl, world.pageUrl() ?? nowhere);
  const base = url.href.replace(/\/$/, "");
  const issuer = createIssuer(base, usesCookies, world);
  const session = createSession({ name: `cardea:${base}`, storage, issuer, world });
  const { inTurn, grant, take } = session;
  const origins = new Set([url.origin, ...checkOrigins(attachTo)]);
  const fetchBy = createAttachedFetch({ world, usesCookies, origins, session });
  const fetch = fetchBy(session.refresh);
  const fetchInTurn = fetchBy(session.renew);

  /** Asks in the name of who is signed in. */
  const ask = <Data>(method: string, path: string): Promise<Result<Data>> => issuer.ask({ method, path, by: fetch });
  const askInTurn = <Data>(path: string, body?: object): Promise<Result<Data>> =>
    issuer.ask({ path, body, by: fetchInTurn });

  /** Asks for tokens in this tab's turn, and holds them. */
  const takeInTurn = (answering: () => Promise<Result<SignedInBody>>): Promise<Result<SignedIn>> =>
    inTurn(async () => take(world.now(), await answering(), "signed_in"));

  const client: Client = {
    get state() {
      return session.state();
    },
    ready: async () => {
      await session.start();
      return session.state();
    },
    onChange: session.onChange,
    signUp: (account) => issuer.ask({ path: "/sign-up", body: account }),
    signIn: ({ email, password }) =>
      takeInTurn(async () => {
        const old = grant();
        const transport = usesCookies ? "cookie" : "bearer";
        const body = { email, password, transport, device_token: session.device() };
        const result = await issuer.ask<SignedInBody>({ path: "/sign-in", body });
        // The session that a cookie names is ended by the issuer.
        if (result.data && old?.refresh) void issuer.ask({ token: old.refresh });
        return result;
      }),
    signOut: ({ everywhere = false } = {}) =>
      inTurn(async () => {
        const token = grant()?.refresh;
        if (!grant() && session.state() !== loading) return { data: {} };
        let result = await askInTurn<Ended>(everywhere ? "/sessions/revoke-all" : "/sign-out");
        if (!everywhere && result.error?.code.endsWith("_token")) {
          // The refresh token still ends the session. In cookies the issuer has looked at both, and there is none.
          result = token ? await issuer.ask({ token }) : { data: {} };
        }
        if (token || result.data) await session.end("signed_out", elsewhere);
        return result;
      }),
    reauthenticate: (proof) => takeInTurn(() => askInTurn("/reauthenticate", proof)),
    changePassword: (change) => takeInTurn(() => askInTurn("/password/change", change)),
    refresh: async () => {
      const error = await session.refresh(await session.start());
      return error ? { error } : { data: session.state() };
    },
    me: async () => {
      const asked = await session.start();
      const result = await ask<Me>("GET", "/me");
      if (result.data) await session.meet(result.data.user, asked);
      return result;
    },
    sessions: {
      list: () => ask("GET", "/sessions"),
      revoke: (id) => ask("DELETE", `/sessions/${encodeURIComponent(id)}`),
      revokeOthers: () => ask("POST", "/sessions/revoke-others"),
    },
    fetch,
    accessToken: async () => (await session.freshen(session.refresh))?.access,
    get unverifiedClaims() {
      return unverifiedClaims(grant()?.access) as Client["unverifiedClaims"];
    },
    issuerTime: issuer.issuerTime,
    close: session.close,
  };
  // What the issuer sends is what its types say.
  return client as Client<ClaimsOf<Types>, FieldsOf<Types>>;
}
