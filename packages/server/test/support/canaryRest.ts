import type { Folder } from "./cli.ts";
import { type Answer, authorizing, basic, formPost } from "./issuer.ts";

/** What a tour goes by. */
export type Travel = {
  readonly send: (path: string, init?: RequestInit) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, authorization?: string) => Promise<Answer>;
  readonly listen: (path: string, headers: Readonly<Record<string, string>>) => Promise<void>;
  readonly keep: (name: string, value: unknown, givenBy?: number) => string;
  readonly signIn: () => Promise<Tokens>;
  readonly password: string;
  /** How many answers there were so far. */
  readonly count: () => number;
};

type Tokens = { readonly bearer: string; readonly access: string; readonly refresh: string };

/** The routes that the story of one person does not lead to: for somebody who stays, for services, and for everybody. */
export async function everywhereElse(travel: Travel, folder: Folder): Promise<void> {
  await ownAffairs(travel);
  await asService(travel, folder);
  await asAnybody(travel);
}

async function ownAffairs({ send, post, keep, signIn, password, count }: Travel): Promise<void> {
  const first = await signIn();
  const second = await signIn();
  await post("/reauthenticate", { password: first.refresh }, second.bearer);
  const { body: renewed } = await post("/reauthenticate", { password }, second.bearer);
  const bearer = `Bearer ${keep("access token after a proof", renewed.access_token, count() - 1)}`;
  keep("refresh token after a proof", renewed.refresh_token, count() - 1);
  await post("/email/verify/send", undefined, bearer);
  for (const fields of [{}, { nickname: first.access }])
    await send("/me", {
      method: "PATCH",
      headers: { "content-type": "application/json", authorization: bearer },
      body: JSON.stringify({ fields }),
    });
  const { body } = await send("/sessions", { headers: { authorization: bearer } });
  const sessions: readonly { readonly id: string; readonly current: boolean }[] = Object(body.sessions);
  const other = sessions.find(({ current }) => !current);
  await send(`/sessions/${other?.id}`, { method: "DELETE", headers: { authorization: bearer } });
  await post("/sessions/revoke-all", undefined, bearer);
}

async function asService({ send, post, listen, keep, signIn }: Travel, folder: Folder): Promise<void> {
  const scopes = ["introspect", "revocation:read", "revocation:write"].flatMap((scope) => ["--scope", scope]);
  const service = (await folder.run(["services", "create", "billing", "--json", ...scopes])).json();
  const id = String(service.id);
  const secret = keep("service secret", service.secret);
  const authorization = basic(id, secret);
  const { access, refresh } = await signIn();
  for (const wrong of [basic(secret, id), `Bearer ${secret}`, authorization]) {
    await send("/introspect", formPost(`token=${encodeURIComponent(access)}`, wrong));
    await send("/revocation/head", { headers: authorizing(wrong) });
    await send("/revocation/entries", { headers: authorizing(wrong) });
    await send("/revocation/snapshot", { headers: authorizing(wrong) });
    await listen("/revocation/feed", authorizing(wrong));
    await post("/revocation", { kind: "session", key: "somebody", reason: "leaked" }, wrong);
  }
  await send(`/revocation/entries?after=${refresh}`, { headers: { authorization } });
  await send("/revocation/snapshot", { headers: { authorization } });
  await send(`/revocation/head?verifier=${encodeURIComponent(secret)}:`, { headers: { authorization } });
  await listen("/revocation/feed", { authorization, "last-event-id": refresh });
  await post("/revocation", { kind: refresh, key: access }, authorization);
  await send("/revoke", formPost(`token=${encodeURIComponent(`${refresh}x`)}`));
  await send("/revoke", formPost(`token=${encodeURIComponent(refresh)}&token_type_hint=${"refresh_token"}`));
}

async function asAnybody({ send, signIn }: Travel): Promise<void> {
  const { access } = await signIn();
  for (const path of [
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server/auth",
    "/health/live",
    "/health/ready",
    "/pages/sign-in",
    "/pages/style.css",
    "/openapi.json",
  ]) {
    await send(path);
    await send(`${path}?token=${access}`);
  }
}
