import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuthTypes, type Client, createClient, type ErrorCode } from "@cardea/client";
import type { AuthState, useAuth } from "@cardea/client/react";
import type { ProblemCode } from "@cardea/verifier/wire";
import { type createAuth, memory } from "cardea";
import { z } from "zod";

declare const make: typeof createAuth;

const options = { issuer: "https://app.example.com/auth", store: memory() };

/** Compiled and never called. */
const withOwn = () =>
  make({
    ...options,
    accounts: { fields: z.object({ nickname: z.string(), plan: z.enum(["free", "paid"]) }) },
    claims: ({ roles, fields }) => ({ roles, plan: fields.plan ?? "free", level: 7 }),
  });
type Own = Awaited<ReturnType<typeof withOwn>>;

const plain = () => make(options);
type Plain = Awaited<ReturnType<typeof plain>>;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Each line compiles, or the types have stopped flowing. */
export async function whatCompiles(client: Client, own = createClient<Own>({ baseUrl: "/auth" })): Promise<void> {
  const level: Same<NonNullable<typeof own.unverifiedClaims>["level"], number> = true;
  const plan: Same<NonNullable<typeof own.unverifiedClaims>["plan"], "free" | "paid"> = true;
  const { data } = await own.me();
  const judged: "free" | "paid" | undefined = data?.claims.plan;
  const nickname: string | undefined = data?.user.fields.nickname;
  const registered: string | undefined = own.unverifiedClaims?.sub;
  await own.signUp({ email: "", password: "", fields: { nickname: "Ada" } });

  const email: string | undefined = createClient<Plain>({ baseUrl: "/auth" }).unverifiedClaims?.email;
  const byHand = createClient<AuthTypes<{ tier: 1 | 2 }, { city: string }>>({ baseUrl: "/auth" });
  const tier: 1 | 2 | undefined = byHand.unverifiedClaims?.tier;
  const city: string | undefined = byHand.state.user?.fields.city;
  const anything: unknown = client.unverifiedClaims?.whatever;
  const inReact: Same<ReturnType<typeof useAuth<Own>>, AuthState<Own>> = true;
  const codes: Same<Exclude<ErrorCode, "network_failure" | "unexpected_answer">, ProblemCode> = true;
  assert.ok([level, plan, judged, nickname, registered, email, tier, city, anything, inReact, codes]);
}

/** Each line below must be an error, or the compiler complains about the comment. */
export async function whatDoesNotCompile(
  inReact: AuthState<Own>,
  own = createClient<Own>({ baseUrl: "/auth" }),
): Promise<void> {
  // @ts-expect-error no such claim
  own.unverifiedClaims?.plane;
  // @ts-expect-error no such plan
  const plan: "gold" | undefined = own.unverifiedClaims?.plan;
  // @ts-expect-error an account may be older than the field
  const nickname: string = own.state.user?.fields.nickname;
  // @ts-expect-error no such field
  await own.signUp({ email: "", password: "", fields: { nick: "Ada" } });
  // @ts-expect-error a number is no nickname
  await own.signUp({ email: "", password: "", fields: { nickname: 7 } });
  // @ts-expect-error data is there only where there is no error
  (await own.me()).data.user;
  // @ts-expect-error tokens stay inside
  (await own.signIn({ email: "", password: "" })).data?.access_token;
  // @ts-expect-error no such storage
  createClient({ baseUrl: "/auth", storage: "cookies" });
  // @ts-expect-error no such option
  createClient({ baseUrl: "/auth", attach: [] });
  // @ts-expect-error what is no issuer has no types
  createClient<Date>({ baseUrl: "/auth" });
  // @ts-expect-error an application's claims are an object
  make({ ...options, claims: () => "admin" });
  // @ts-expect-error misspelt options are still errors
  make({ ...options, claim: () => ({}) });
  // @ts-expect-error nobody is there before it is known who
  inReact.user.email;
  assert.ok([plan, nickname]);
}

test("types flow from the issuer to its clients, and mistakes do not compile", () => {
  assert.equal(typeof createClient, "function");
});
