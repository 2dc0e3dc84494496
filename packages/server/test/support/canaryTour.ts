import { randomBytes } from "node:crypto";
import { everywhereElse } from "./canaryRest.ts";
import type { Folder, Serving } from "./cli.ts";
import { jsonPost, readAnswer } from "./issuer.ts";
import { type MailServer, partOf } from "./mailServer.ts";

/** Something that nobody but its owner may see. */
export type Canary = {
  readonly name: string;
  readonly value: string;
  /** Which answer handed it out; undefined for what no answer may ever hold. */
  readonly givenBy: number | undefined;
};

/** An answer as it was, head and body in one text. */
export type Told = { readonly what: string; readonly text: string };

/** What a tour left behind. */
export type Trace = { readonly canaries: readonly Canary[]; readonly answers: readonly Told[] };

const person = (): string => `canary${randomBytes(4).toString("hex")}@example.com`;

/**
 * Goes everywhere a person, a service and a stranger can go, well and badly, and keeps every answer. What is secret in it is new
 * each time, so that it can be looked for afterwards.
 */
export async function canaryTour(served: Serving, mails: MailServer, folder: Folder): Promise<Trace> {
  const canaries: Canary[] = [];
  const answers: Told[] = [];
  const keep = (name: string, value: unknown, givenBy?: number): string => {
    const text = String(value);
    if (text.length < 12) throw new Error(`no canary: ${name}`);
    canaries.push({ name, value: text, givenBy });
    return text;
  };
  const secret = (name: string): string => keep(name, `canary ${name} ${randomBytes(12).toString("hex")}`);

  const tell = (what: string, { status, headers }: Response, body: string): void => {
    const head = [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    answers.push({ what, text: `${status}\n${head}\n\n${body}` });
  };
  const send = async (path: string, init?: RequestInit) => {
    const url = path.startsWith("/.well-known/oauth") ? new URL(served.issuer).origin + path : served.issuer + path;
    const response = await fetch(url, init);
    const answer = await readAnswer(response);
    tell(`${init?.method ?? "GET"} ${path}`, response, answer.text);
    return answer;
  };
  /** The beginning of a stream that never ends. */
  const listen = async (path: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    const hangUp = new AbortController();
    const response = await fetch(served.issuer + path, { headers, signal: hangUp.signal });
    const { value } = (await response.body?.getReader().read()) ?? {};
    tell(`GET ${path}`, response, new TextDecoder().decode(value));
    hangUp.abort();
  };
  const post = (path: string, body?: unknown, authorization?: string) => send(path, jsonPost(body, authorization));
  const signIn = async (email: string, password: string, more: object = {}) => {
    const { body, status } = await post("/sign-in", { email, password, ...more });
    if (status !== 200) throw new Error(`sign-in answered ${status}: ${JSON.stringify(body)}`);
    const at = answers.length - 1;
    const access = keep("access token", body.access_token, at);
    return {
      bearer: `Bearer ${access}`,
      access,
      refresh: keep("refresh token", body.refresh_token, at),
      device: keep("device token", body.device_token, at),
    };
  };
  const link = async (count: number): Promise<string> => {
    await mails.has(count);
    const found = /lt_[A-Za-z0-9_-]{43}/.exec(partOf(mails.delivered.at(-1)?.source ?? "", "text/plain"))?.[0];
    return keep("link token", found ?? "");
  };

  const email = person();
  const first = secret("first password");
  await post("/sign-up", { email, password: first });
  const verification = await link(1);
  await post("/email/verify", { token: `${verification.slice(0, -4)}AAAA`, password: first });
  await post("/email/verify", { token: verification, password: secret("wrong password for a link") });
  await post("/email/verify", { token: verification, password: first });
  await post("/email/verify", { token: verification, password: first });

  await post("/sign-in", { email, password: secret("wrong password") });
  await post("/sign-in", { email: person(), password: first });
  await post("/sign-in", { email: first, password: first });
  await post("/sign-in", { email, password: [first] });
  await post("/sign-in", { email, password: first, [first.replaceAll(" ", "_")]: 1 });
  await send("/sign-in", { ...jsonPost(undefined), method: "POST", body: `{"email":"${email}","password":"${first}"` });
  await send(`/sign-in?password=${encodeURIComponent(first)}`, jsonPost({ email, password: first, more: first }));

  await send(
    `/sign-in?password=${first.replaceAll(" ", "+")}`,
    jsonPost({ email, password: "not the phrase of before" }),
  );

  const one = await signIn(email, first);
  const two = await signIn(email, first, { device_token: one.device });
  await send("/me", { headers: { authorization: one.bearer, "x-forwarded-for": first } });
  await send(`/me?access_token=${one.access}`);
  await send(`/me?access_token=${two.access}`, { headers: { authorization: "Bearer at_nonsense" } });
  await send("/me", { headers: { authorization: `${one.bearer}x` } });
  await send("/me", { headers: { authorization: one.access } });
  await send("/me", { headers: { authorization: one.bearer, cookie: `__Host-cardea-access=${two.access}` } });
  await send(`/sessions/${two.refresh}`, { method: "DELETE", headers: { authorization: one.bearer } });
  await send("/sessions", { headers: { authorization: one.bearer } });
  await send("/me/activity", { headers: { authorization: one.bearer } });
  await send("/me/export", { headers: { authorization: one.bearer } });

  const { body: refreshed } = await post("/refresh", { refresh_token: two.refresh });
  const rotated = keep("rotated refresh token", refreshed.refresh_token, answers.length - 1);
  keep("refreshed access token", refreshed.access_token, answers.length - 1);
  await post("/refresh", { refresh_token: `${rotated.slice(0, -3)}AAA` });
  await post("/refresh", { refresh_token: two.access });

  await post("/reauthenticate", { password: secret("wrong password at reauthentication") }, one.bearer);
  const second = secret("second password");
  await post("/password/change", { current_password: second, password: first }, one.bearer);
  await post("/password/change", { current_password: first, password: "password1" }, one.bearer);
  const { body: changed } = await post("/password/change", { current_password: first, password: second }, one.bearer);
  const at = answers.length - 1;
  const bearer = `Bearer ${keep("access token after a change", changed.access_token, at)}`;
  keep("refresh token after a change", changed.refresh_token, at);
  await mails.has(2);

  const newEmail = person();
  await post("/email/change", { email: newEmail }, bearer);
  await mails.has(4);
  const confirming = mails.delivered.findLast(({ to }) => to.includes(newEmail))?.source ?? "";
  const confirmation = keep("link token", /lt_[A-Za-z0-9_-]{43}/.exec(partOf(confirming, "text/plain"))?.[0]);
  await post("/email/confirm", { token: confirmation.toUpperCase() });
  await post("/email/confirm", { token: confirmation });
  await mails.has(5);

  await post("/password/forgot", { email: newEmail });
  const reset = await link(6);
  const third = secret("third password");
  await post("/password/reset", { token: reset, password: "password1" });
  await post("/password/reset", { token: `${reset.slice(0, -4)}AAAA`, password: third });
  await post("/password/reset", { token: reset, password: third });
  await post("/password/reset", { token: reset, password: third });

  await cookies({ send, keep, count: () => answers.length }, { email: newEmail, password: third });

  const last = await signIn(newEmail, third);
  await post("/sessions/revoke-others", undefined, last.bearer);
  await send("/me", { method: "DELETE", headers: { authorization: last.bearer } });
  const gone = person();
  const kept = secret("password of somebody who stays");
  await post("/sign-up", { email: gone, password: kept });
  const staying = await signIn(gone, kept);
  await post("/sign-out", undefined, staying.bearer);
  const count = (): number => answers.length;
  await everywhereElse({ send, post, listen, keep, signIn: () => signIn(gone, kept), password: kept, count }, folder);
  return { canaries, answers };
}

type Cookies = {
  readonly send: (path: string, init: RequestInit) => Promise<{ readonly headers: Headers }>;
  readonly keep: (name: string, value: unknown, givenBy?: number) => string;
  readonly count: () => number;
};

/** The same tokens in cookies: only the answer that sets one may hold it. */
async function cookies({ send, keep, count }: Cookies, credentials: object): Promise<void> {
  const own = { origin: "http://localhost", "sec-fetch-site": "same-origin" };
  const signIn = jsonPost({ ...credentials, transport: "cookie" });
  const { headers } = await send("/sign-in", { ...signIn, headers: { ...Object(signIn.headers), ...own } });
  const set = headers.getSetCookie().map((cookie) => /^([^=]+)=([^;]*)/.exec(cookie) ?? []);
  for (const [, name, value] of set) keep(`cookie ${name}`, value, count() - 1);
  const cookie = set.map(([, name, value]) => `${name}=${value}`).join("; ");
  await send("/me", { headers: { ...own, cookie } });
  await send("/sign-out", {
    method: "POST",
    headers: { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  });
  await send("/sign-out", { method: "POST", headers: { ...own, cookie } });
}
