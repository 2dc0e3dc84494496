import { hmacKey, sign } from "@cardea/jwt";
import type { Act } from "./acts.ts";
import type { Cast, Player } from "./cast.ts";
import { type Forgery, forgeriesOf, headerOf, opaqueGuess, payloadOf } from "./forgeries.ts";
import { get, post } from "./people.ts";
import { describeEnd, watchUntilRefused } from "./signOut.ts";
import type { Transcript } from "./transcript.ts";

/** What an act adds to the closing table. */
export type Result = { readonly lookups: number; readonly micros: number; readonly holdsAfterMs: number };

const ada = { email: "ada@example.com", password: "a phrase of several words" };

/** Plays one act with its cast, and measures. */
export async function play(act: Act, cast: Cast, transcript: Transcript): Promise<Result> {
  introduce(cast, transcript);
  await signUp(cast, transcript);
  const { token, refreshToken } = await signIn(cast, transcript);
  await callServices(cast, token, transcript);
  transcript.note("tokens to be refused; each service names the reason, and in brackets the check that found it:");
  for (const forgery of forgeries(act, cast, token)) await tryForgery(forgery, cast, transcript);
  await tryExpired(cast, transcript);
  if (cast.secret !== undefined) await issueAtBilling(cast, token, transcript);
  const costs = await measure(cast, transcript);
  const holdsAfterMs = await signOut(act, cast, token, transcript);
  await tryRefresh(cast, refreshToken, transcript);
  return { ...costs, holdsAfterMs };
}

function introduce({ issuer, players }: Cast, { note }: Transcript): void {
  note(`issuer   process ${issuer.pid} at ${issuer.url}`);
  for (const { name, knows, process } of players)
    note(`${name.padEnd(8)} process ${process.pid} at ${process.url}, ${knows}`);
}

async function signUp({ issuer }: Cast, { expect }: Transcript): Promise<void> {
  const first = await post(`${issuer.url}/sign-up`, { body: ada });
  expect("sign up", first.status === 201, `${first.status} ${first.body.status}`);
  const again = await post(`${issuer.url}/sign-up`, { body: { ...ada, password: "somebody else's phrase" } });
  const same = again.status === first.status && again.text === first.text;
  expect(
    "sign up again, with another password",
    same,
    `${again.status}, ${same ? "the same answer to the byte" : "another answer"}`,
  );
  const wrong = await post(`${issuer.url}/sign-in`, { body: { ...ada, password: "somebody else's phrase" } });
  expect("sign in with that other password", wrong.status === 401, `${wrong.status} ${wrong.body.code}`);
}

type Tokens = { readonly token: string; readonly refreshToken: string };

async function signIn({ issuer }: Cast, transcript: Transcript): Promise<Tokens> {
  const { status, body } = await post(`${issuer.url}/sign-in`, { body: ada });
  transcript.expect("sign in", status === 200, `${status} ${body.token_type}, expires in ${body.expires_in} s`);
  const token = String(body.access_token);
  showToken(token, transcript);
  return { token, refreshToken: String(body.refresh_token) };
}

function showToken(token: string, { note, token: show }: Transcript): void {
  const [, , signature] = token.split(".");
  if (signature === undefined) {
    note(token);
    note("opaque: 32 random bytes that say nothing to anybody; the issuer keeps only a hash of them");
    return;
  }
  const bytes = Buffer.from(signature, "base64url").length;
  const payload = payloadOf(token);
  show(token, [JSON.stringify(headerOf(token)), JSON.stringify(payload), `${bytes} bytes that prove the two others`]);
  note(
    "sub: who · aud: for whom · jti: which token · sid: which session · rvp: how much of the revocation log it knows",
  );
  note(`issued at ${instant(payload.iat)}, expires at ${instant(payload.exp)} UTC`);
}

const instant = (seconds: unknown): string => new Date(Number(seconds) * 1000).toISOString().slice(11, 19);

async function callServices({ players }: Cast, token: string, { expect }: Transcript): Promise<void> {
  for (const { name, trusts, process } of players) {
    const { status, body } = await get(process.url, token);
    if (trusts)
      expect(`call ${name}`, status === 200 && body.for === ada.email, `${status} for ${body.for}, by ${body.checked}`);
    else expect(`call ${name}, which cannot verify it`, status === 401, `${status} ${await why(process, token)}`);
  }
}

function forgeries({ mode }: Act, { publicJwk }: Cast, token: string): readonly Forgery[] {
  const guess = mode === "stateful" ? [opaqueGuess({ token })] : [];
  return [...guess, ...(mode === "stateful" ? [] : forgeriesOf({ token, publicJwk }))];
}

async function tryForgery({ made, token }: Forgery, { players }: Cast, { expect }: Transcript): Promise<void> {
  const seen: string[] = [];
  let holds = true;
  for (const { name, process } of players) {
    const { status, text } = await get(process.url, token);
    holds &&= status === 401 && !text.includes(token);
    seen.push(`${name} ${status} ${await why(process, token)}`);
  }
  expect(made, holds, seen.join(" · "));
}

/** Nobody waits an hour for a token to expire: the issuer's clock is put back while it makes one. */
async function tryExpired(cast: Cast, transcript: Transcript): Promise<void> {
  const anHourAgo = -3_600_000;
  const { body } = await cast.issuer.withClockAt(anHourAgo, () => post(`${cast.issuer.url}/sign-in`, { body: ada }));
  await tryForgery(
    { made: "expired: made with the clock an hour back", token: String(body.access_token) },
    cast,
    transcript,
  );
}

/** The reason to prefer a key pair: with HMAC, whoever can verify can also issue. */
async function issueAtBilling({ players, secret = "" }: Cast, token: string, { expect }: Transcript): Promise<void> {
  const key = hmacKey(Buffer.from(secret, "base64url"), { alg: "HS256", kid: String(headerOf(token).kid) });
  const made = sign({ ...payloadOf(token), roles: ["admin"] }, key, { typ: "at+jwt" });
  for (const { name, trusts, process } of players) {
    const { status } = await get(process.url, made);
    const seen = trusts
      ? `${status}: as it must: who verifies with a secret can issue`
      : `${status}: it cannot be deceived either`;
    expect(`an admin token that billing made, at ${name}`, status === (trusts ? 200 : 401), seen);
  }
}

async function measure({ issuer, players }: Cast, { expect }: Transcript): Promise<Omit<Result, "holdsAfterMs">> {
  const { body } = await post(`${issuer.url}/sign-in`, { body: ada });
  const judges = players.filter(({ trusts }) => trusts);
  const costs = await Promise.all(judges.map(({ process }) => process.cost(String(body.access_token), 1000)));
  const lookups = Math.max(...costs.map(({ lookupsPerRequest }) => lookupsPerRequest));
  const micros = Math.max(...costs.map(({ medianMicros }) => medianMicros));
  expect(
    "1000 checks at each service",
    Number.isFinite(micros),
    `${lookups} look-ups a request, median ${micros.toFixed(0)} µs a check`,
  );
  return { lookups, micros };
}

async function signOut(act: Act, cast: Cast, token: string, { expect, note }: Transcript): Promise<number> {
  const judges = cast.players.filter(({ trusts }) => trusts);
  const { status } = await post(`${cast.issuer.url}/sign-out`, { token });
  const signedOutAt = performance.now();
  expect("sign out", status === 204, String(status));
  if (act.mode === "stateless") note(`watching until the token ends by itself, at most ${act.ttl} …`);
  const ends = await Promise.all(judges.map(({ process }) => watchUntilRefused(process.url, { token, signedOutAt })));
  for (const [at, end] of ends.entries())
    expect(`${judges[at]?.name} stops accepting`, inTime(act, end), describeEnd(end));
  return Math.max(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
}

async function tryRefresh({ issuer }: Cast, refreshToken: string, { expect }: Transcript): Promise<void> {
  const { status, body } = await post(`${issuer.url}/refresh`, { body: { refresh_token: refreshToken } });
  expect("refresh, which would bring a new token", status === 401, `${status} ${body.code}`);
}

/** Hybrid promises a second, stateful the next request; stateless nothing before the token's own end. */
function inTime({ mode }: Act, afterMs: number | undefined): boolean {
  if (afterMs === undefined) return false;
  return mode === "stateless" ? afterMs <= 10_000 : afterMs < 1000;
}

/** The exact cause at a service: its code, and the check that found it. */
async function why({ reason }: Player["process"], token: string): Promise<string> {
  const { code, step } = await reason(token);
  return step === "" ? code : `${code} (${step})`;
}
