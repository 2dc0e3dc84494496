import { join } from "node:path";
import {
  type Auth,
  type AuthOptions,
  createAuth,
  DeliveryError,
  type EventContext,
  type Mail,
  type SecurityEvent,
  sqlite,
} from "cardea";
import { z } from "zod";
import { canonicalEmail } from "../../src/people/email.ts";
import { noRequest } from "../../src/requestContext.ts";
import { testClock } from "../../src/testing/clock.ts";
import type { Folder } from "./cli.ts";
import { typed } from "./hasher.ts";
import { type Answer, authorizing, basic, formPost, jsonPost, readAnswer } from "./issuer.ts";

/** What the hook was told. */
export type Told = { readonly event: SecurityEvent; readonly context: EventContext };

const clock = testClock();
const password = "a phrase of several words";
const issuer = "http://localhost/auth";
const byOperator = { ...noRequest, actor: "cli" };

const secretOf = (step: number): Uint8Array => new Uint8Array(32).map((_, index) => step * index + 3);

type Tour = {
  readonly auth: Auth;
  readonly send: (path: string, init?: RequestInit, from?: string) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, authorization?: string) => Promise<Answer>;
  readonly signIn: (email: string, given?: string) => Promise<Tokens>;
  readonly linkTo: (email: string) => string;
  readonly fails: { mail: "not" | "for now" | "for good"; claims: boolean };
};

type Tokens = { readonly id: string; readonly bearer: string; readonly refresh: string };

/** Does whatever raises an event, on the SQLite file of a folder, through routes, the API of `Auth` and a command. */
export async function eventTour(folder: Folder, told: Told[]): Promise<void> {
  const options: AuthOptions = {
    issuer,
    store: sqlite(join(folder.path, "data", "cardea.db")),
    mode: "stateful",
    access: { ttl: "30m" },
    world: clock.world,
    trustProxy: 1,
    secret: secretOf(5),
    accounts: { fields: z.strictObject({ nickname: z.string().max(5).optional() }) },
    throttle: {
      account: { maxFailures: 10, freeFailures: 8 },
      knownDevice: { share: 1 },
      tokens: { unknown: 2 },
      spray: { accountsPerAddress: 2 },
    },
    onEvent: (event, context) => told.push({ event, context }),
  };
  await withIssuer(options, async (tour) => {
    const { id } = await ownAffairs(tour);
    await links(tour, id);
    await attacks(tour);
    await operations(tour);
    await outages(tour);
  });
  const line = JSON.stringify({ email: "grace@example.com", passwordHash: bcryptOfNobody });
  const env = { CARDEA_SECRET: Buffer.from(secretOf(5)).toString("base64url") };
  const { code, out, err } = await folder.run(["users", "import", "-"], { input: line, env });
  if (code !== 0) throw new Error(out + err);
  await withIssuer(
    { ...options, secret: [secretOf(7), secretOf(5)], passwords: { passes: 3 } },
    async ({ signIn }) => void (await signIn("edith@example.com")),
  );
  await withIssuer({ ...options, secret: secretOf(7), store: losingLines(options.store) }, ({ send }) =>
    send("/me", { headers: authorizing("Bearer nonsense") }),
  );
}

const bcryptOfNobody = `$2b$10$${"N9qo8uLOickgx2ZMRZoMye"}${"IjZAgcfl7p92ldGxad68LJZdL17lhWy"}`;

async function withIssuer(options: AuthOptions, work: (tour: Tour) => Promise<unknown>): Promise<void> {
  const mails: Mail[] = [];
  const fails: Tour["fails"] = { mail: "not", claims: false };
  const auth = await createAuth({
    ...options,
    claims: () => {
      if (fails.claims) throw new Error("a fault of the application");
      return {};
    },
    mail: {
      send: async (mail) => {
        if (fails.mail !== "not") throw new DeliveryError("a fault", fails.mail === "for good");
        mails.push(mail);
      },
    },
  });
  const send: Tour["send"] = async (path, init = {}, from = "203.0.113.7") => {
    const headers = new Headers(init.headers);
    if (from !== "") headers.set("x-forwarded-for", from);
    const request = new Request(issuer + path, { ...init, headers });
    const answer = await readAnswer(await auth.fetch(request, { address: "10.0.0.1" }));
    await auth.settled();
    return answer;
  };
  const post: Tour["post"] = (path, body, authorization) => send(path, jsonPost(body, authorization));
  try {
    await work({
      auth,
      send,
      post,
      fails,
      signIn: async (email, given = password) => {
        const { body, text } = await post("/sign-in", { email, password: given });
        if (body.access_token === undefined) throw new Error(text);
        const id = String(Object(body.user).id);
        return { id, bearer: `Bearer ${body.access_token}`, refresh: String(body.refresh_token) };
      },
      linkTo: (email) => {
        const mail = mails.findLast(({ to, link }) => to === email && link !== undefined);
        return new URL(mail?.link ?? "").search.slice("?token=".length);
      },
    });
  } finally {
    await auth.close();
  }
}

/** What somebody does who has nothing to hide: ada. */
async function ownAffairs({ send, post, signIn, linkTo }: Tour): Promise<Tokens> {
  const email = "ada@example.com";
  for (let times = 0; times < 2; times++) await post("/sign-up", { email, password });
  const first = await signIn(email);
  await post("/email/verify/send", undefined, first.bearer);
  await post("/email/verify", { token: linkTo(email), password });
  for (const nickname of ["Ada", "much too long"])
    await send("/me", { ...jsonPost({ fields: { nickname } }, first.bearer), method: "PATCH" });
  await send("/me/export", { headers: authorizing(first.bearer) });
  await post("/reauthenticate", { password: "not the phrase" }, first.bearer);
  const { body: renewed } = await post("/reauthenticate", { password }, first.bearer);
  await post(
    "/password/change",
    { current_password: password, password: "password1" },
    `Bearer ${renewed.access_token}`,
  );
  const change = { current_password: password, password: `${password} more` };
  const { body: changed } = await post("/password/change", change, `Bearer ${renewed.access_token}`);
  await post("/sign-out", undefined, `Bearer ${changed.access_token}`);
  const { refresh } = await signIn(email, change.password);
  for (let times = 0; times < 3; times++) {
    clock.advance("2m");
    await post("/refresh", { refresh_token: refresh });
  }
  await post("/refresh", { refresh_token: "rt_nonsense" });
  return signIn(email, change.password);
}

async function links({ auth, send, post, signIn, linkTo }: Tour, id: string): Promise<void> {
  await post("/password/forgot", { email: "ada@example.com" });
  await post("/password/reset", { token: linkTo("ada@example.com"), password });
  await post("/password/reset", { token: `lt_${"A".repeat(43)}`, password });
  const { bearer } = await signIn("ada@example.com");
  await post("/email/change", { email: "ada@example.org" }, bearer);
  await post("/email/confirm", { token: linkTo("ada@example.org") });
  await auth.accounts.setRoles(id, ["admin"], byOperator);
  await auth.accounts.disable(id, byOperator);
  await auth.accounts.enable(id, byOperator);
  const again = await signIn("ada@example.org");
  clock.advance("20m");
  await send("/me", { method: "DELETE", headers: authorizing(again.bearer) });
  const last = await signIn("ada@example.org");
  await send("/me", { method: "DELETE", headers: authorizing(last.bearer) });
}

async function attacks({ auth, send, post }: Tour): Promise<void> {
  for (const name of ["edith", "joan"]) {
    const email = canonicalEmail(`${name}@example.com`);
    if (email.ok) await auth.accounts.create({ email: email.value, password: typed(password) }, byOperator);
  }
  for (const email of ["joan@example.com", "nobody@example.com", "noone@example.com"])
    await send("/sign-in", jsonPost({ email, password: "a guess" }), "198.51.100.9");
  for (let guess = 0; guess < 12; guess++) {
    clock.advance("1h");
    await send("/sign-in", jsonPost({ email: "joan@example.com", password: "a guess" }), `192.0.2.${guess + 1}`);
  }
  for (let guess = 0; guess < 4; guess++)
    await send("/me", { headers: authorizing(`Bearer at_${"A".repeat(64)}${guess}`) });
  await post("/sign-in", { email: "edith@example.com", password, transport: "cookie" });
  await send("/health/live", {}, "");
  const { service, secret } = await auth.services.create("a service");
  await send("/introspect", formPost("token=x", basic(service.id, "wrong")));
  await post("/revocation", { kind: "subject", key: "somebody" }, basic(service.id, secret));
  await auth.services.remove(service.id);
}

async function operations({ auth }: Tour): Promise<void> {
  await auth.revocations.revoke({ kind: "client", key: "a client", reason: "leaked" }, byOperator);
  const { kid } = await auth.keys.rotate();
  auth.keys.secretJwk(kid);
  await auth.keys.retire(kid);
  for (const { kid: signing } of auth.keys.inventory().filter(({ state }) => state === "signing"))
    await auth.keys.revoke(signing);
}

async function outages({ post, fails }: Tour): Promise<void> {
  for (const [mail, email] of [
    ["for now", "barbara@example.com"],
    ["for good", "mary@example.com"],
  ] as const) {
    fails.mail = mail;
    await post("/sign-up", { email, password });
  }
  fails.mail = "not";
  fails.claims = true;
  await post("/sign-in", { email: "edith@example.com", password });
}

/** A store that takes no line of the trail. */
const losingLines = (store: AuthOptions["store"]): AuthOptions["store"] => ({
  ...store,
  open: async (world, options) => {
    const opened = await store.open(world, options);
    return { ...opened, audit: { ...opened.audit, append: () => Promise.reject(new Error("the disk is full")) } };
  },
});
