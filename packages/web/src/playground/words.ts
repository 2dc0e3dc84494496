import type { Algorithm, Mode, Policy, StorageName } from "./settings.ts";

/** What each choice means, for people who have never heard of it. */
export const modeWords: Readonly<Record<Mode, { readonly name: string; readonly text: string }>> = {
  stateless: {
    name: "Stateless",
    text: "Nobody keeps a list. A service believes any token whose signature fits, until its time is up. Fast, and nothing can be taken back.",
  },
  hybrid: {
    name: "Hybrid",
    text: "The signature is checked on the spot, beside a short list of what was taken back, which the issuer sends to every service. Fast, and taken back in moments.",
  },
  stateful: {
    name: "Stateful",
    text: "The token is only a name. Each time a service sees it, it asks the issuer, who looks it up. Taken back at once, for a call each time.",
  },
};

/** What each algorithm means. */
export const algorithmWords: Readonly<Record<Algorithm, string>> = {
  ES256: "A key pair on an elliptic curve. The issuer keeps the private half; services need only the public one.",
  EdDSA: "A key pair on Curve25519. Short signatures, quickly made; services need only the public half.",
  RS256: "A key pair by RSA. Every platform knows it; its signatures are long, and slow to make.",
  HS256: "One secret, which issuer and services share. Simple, but whoever can check a token can also make one.",
};

/** What each storage means. */
export const storageWords: Readonly<Record<StorageName, { readonly name: string; readonly text: string }>> = {
  memory: {
    name: "Memory",
    text: "A variable of this page. Reload, and it is gone. A script that sneaks in can use it while the page is open.",
  },
  session: {
    name: "sessionStorage",
    text: "Lasts until this tab is closed. Any script of the page can read it, one that sneaked in too.",
  },
  local: {
    name: "localStorage",
    text: "Lasts until sign-out, in every tab. Any script of the page can read it, and take it home.",
  },
  cookie: {
    name: "Cookie",
    text: "The browser keeps it and sends it along. No script can read it, not even this one: so below you see no token.",
  },
};

/** What each policy means. */
export const policyWords: Readonly<Record<Policy, { readonly name: string; readonly text: string }>> = {
  deny: { name: "Deny", text: "let nobody in" },
  introspect: { name: "Introspect", text: "ask the issuer about each token" },
  allow: { name: "Allow", text: "go on as it last knew" },
};

/** What a refusal means, in a sentence for a newcomer. */
export function plainly(code: string): string {
  return refusals.get(code) ?? "The service does not accept it.";
}

const refusals: ReadonlyMap<string, string> = new Map([
  ["accepted", "Welcome. Every check has passed."],
  ["missing_token", "There is no token. The service does not know who you are."],
  ["malformed_token", "No token any more: one has three parts with dots between them, and none of them is empty."],
  ["token_too_long", "Far too long. The service does not even begin to read it."],
  ["malformed_header", "The first part cannot be read, so nobody knows how it was signed."],
  ["unsupported_critical", "It demands something that this service does not know, so it is refused."],
  ["wrong_type", "It is a token, but not one that opens doors."],
  [
    "wrong_algorithm",
    "It names another way to sign than this issuer has. The service decides how to check, not the token.",
  ],
  ["unknown_key", "The issuer has no such key, or not any more, so there is nothing to check it with."],
  ["bad_signature", "Somebody changed this token, or signed it with another key. The signature does not fit."],
  ["malformed_payload", "The signature fits, but what it covers cannot be read."],
  ["missing_claim", "Something that every token must say is missing."],
  ["malformed_claim", "Something in it is not of the kind that it must be."],
  ["wrong_issuer", "It comes from another issuer."],
  ["wrong_audience", "It is good, but meant for somebody else."],
  ["expired", "Its time is up. A new one is needed."],
  ["not_yet_valid", "Its time has not come yet."],
  ["issued_in_the_future", "It was made in the future, which cannot be."],
  ["lifetime_too_long", "It claims to live longer than any token may."],
  ["claims_rejected", "What it says does not suffice."],
  ["revoked", "It was good, and has been taken back. The issuer said so, and the service listened."],
  ["inactive_token", "The issuer was asked, and said no."],
  ["opaque_token", "This token is only a name, and the service may not ask whose."],
  ["stale_view", "For seconds nothing was heard of the issuer. Who may still come in? Better nobody."],
  ["keys_unavailable", "The service could not get the keys to check it with."],
  ["introspection_unavailable", "The issuer could not be asked."],
]);

/** Checks that belong together, in words for people. Each step of a service belongs to one of them. */
export type Group = { readonly name: string; readonly holds: (step: string) => boolean };

const named =
  (...steps: readonly string[]) =>
  (step: string): boolean =>
    steps.includes(step);

/** In the order in which a service asks. */
export const groups: readonly Group[] = [
  { name: "Reads like a token", holds: named("token", "size", "form", "header", "critical", "type") },
  { name: "Signature fits", holds: named("algorithm", "key", "signature") },
  {
    name: "Our issuer, for this service",
    holds: named("payload", "required claims", "claim types", "issuer", "audience"),
  },
  { name: "In time", holds: named("expiry", "not before", "issued at", "order of dates", "lifetime") },
  { name: "Says what it must", holds: named("schema", "access claims") },
  { name: "Not taken back", holds: (step) => step.startsWith("revocation") },
  { name: "News is fresh", holds: named("freshness") },
  { name: "The issuer says yes", holds: named("introspection", "session") },
];

/** A time span as people read it. */
export function span(micros: number): string {
  if (micros < 1000) return `${micros < 10 ? micros.toFixed(1) : Math.round(micros)} µs`;
  const ms = micros / 1000;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** What remains, as minutes and seconds. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest}`;
}
