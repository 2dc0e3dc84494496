import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { sqlite } from "cardea";
import type { Answer } from "./support/client.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { differenceOf } from "./support/mannWhitney.ts";

const samples = 100;
const password = "a phrase of several words";
const folder = mkdtempSync(join(tmpdir(), "cardea-enumeration-"));
/** Why each sign-in was refused, as the issuer tells its operator and nobody else. */
const reasons: string[] = [];
let issuer: Issuer;

let strangers = 0;
const unknown = (): string => `nobody${strangers++}@example.com`;
const known = (index: number): string => `known${index}@example.com`;
const unproved = (index: number): string => `unproved${index}@example.com`;
const disabled = (index: number): string => `disabled${index}@example.com`;

before(async () => {
  issuer = await startIssuer({
    store: sqlite(join(folder, "auth.db")),
    development: true,
    // The fifteen who sign up at once wait for a thread, however slow the machine is.
    passwords: { maxQueue: 1000 },
    // Whoever signs up is not proved, and nobody here follows a link.
    accounts: { emailVerification: "required" },
    onEvent: (event) => {
      if (event.type === "sign_in_refused") reasons.push(event.reason);
    },
  });
  const emails = [known, unproved, disabled].flatMap((of) => Array.from({ length: samples }, (_, index) => of(index)));
  for (let index = 0; index < emails.length; index += 15) {
    const answers = emails.slice(index, index + 15).map((email) => issuer.post("/sign-up", { email, password }));
    for (const { status } of await Promise.all(answers)) assert.equal(status, 201);
  }
  for (let index = 0; index < samples; index++) {
    const account = await issuer.auth.accounts.find(disabled(index));
    assert.ok(account && (await issuer.auth.accounts.disable(account.id, cli)));
  }
  await issuer.auth.settled();
});
after(async () => {
  await issuer.close();
  rmSync(folder, { recursive: true });
});

const cli = { actor: "cli", address: undefined, userAgent: undefined, requestId: undefined };

/** All that a caller can see of an answer, but for the clock and the request's own identifier. */
const visible = ({ status, headers, text }: Answer): string =>
  JSON.stringify({
    status,
    text,
    headers: [...headers].filter(([name]) => name !== "date" && name !== "x-request-id"),
  });

/** Asks for the time that its index says, from 0. */
type Ask = (index: number) => Promise<Answer>;

const signIn = (email: string, typed: string): Promise<Answer> => issuer.post("/sign-in", { email, password: typed });
const signUp = (email: string): Promise<Answer> => issuer.post("/sign-up", { email, password });
const forget = (email: string): Promise<Answer> => issuer.post("/password/forgot", { email });

/** What is asked about an address that is nobody's, and about others. Every address is asked about once in each. */
const questions: Readonly<Record<string, { readonly nobody: Ask } & Readonly<Record<string, Ask>>>> = {
  "signing in": {
    nobody: () => signIn(unknown(), password),
    "a wrong password": (index) => signIn(known(index), "not the phrase at all"),
    "the password of an account that is not proved": (index) => signIn(unproved(index), password),
    "the password of an account that is disabled": (index) => signIn(disabled(index), password),
  },
  "signing up": { nobody: () => signUp(unknown()), somebody: (index) => signUp(known(index)) },
  "forgetting a password": {
    nobody: () => forget(unknown()),
    somebody: (index) => forget(known(index)),
    "a disabled account": (index) => forget(disabled(index)),
  },
};

describe("ASVS-6.3.8, L-01, L-05, CS-AU1, CS-FP1: nobody learns who has an account", () => {
  for (const [question, asks] of Object.entries(questions)) {
    test(`by ${question}: the same status, headers and body, in times that cannot be told apart`, async (t) => {
      const answers = new Set<string>();
      const kinds = Object.entries(asks).map(([kind, ask]) => ({ kind, ask, times: [] as number[] }));
      // Interleaved, and each kind first as often as the others, so that what drifts drifts for all.
      for (let index = 0; index < samples; index++) {
        const first = index % kinds.length;
        for (const { ask, times } of [...kinds.slice(first), ...kinds.slice(0, first)]) {
          const start = performance.now();
          const answer = await ask(index);
          times.push(performance.now() - start);
          answers.add(visible(answer));
          // What is done behind one answer is no part of the time of the next.
          await issuer.auth.settled();
        }
      }
      assert.equal(answers.size, 1, [...answers].join("\n"));
      const nobody = kinds.find(({ kind }) => kind === "nobody")?.times ?? [];
      for (const { kind, times } of kinds.filter((each) => each.kind !== "nobody")) {
        const { z, medians } = differenceOf(times, nobody);
        t.diagnostic(`${kind}: ${medians.map((ms) => ms.toFixed(2)).join(" and ")} ms, z = ${z.toFixed(2)}`);
        // Of samples of one distribution, one run in some 30,000 is further apart.
        assert.ok(Math.abs(z) < 4, `${kind}: z = ${z}`);
      }
    });
  }

  test("each sign-in was refused for the reason that it is there for", () => {
    const counts = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => [reason, all.length]);
    assert.deepEqual(Object.fromEntries(counts), {
      unknown_account: samples,
      wrong_password: samples,
      email_not_verified: samples,
      account_disabled: samples,
    });
  });

  test("the test of the times tells a millisecond in fifteen apart", () => {
    const noisy = (index: number): number => 15 + ((index * 7919) % 100) / 50;
    const one = Array.from({ length: samples }, (_, index) => noisy(index));
    assert.ok(Math.abs(differenceOf(one, one.toReversed()).z) < 0.1);
    assert.ok(
      Math.abs(
        differenceOf(
          one,
          one.map((ms) => ms + 1),
        ).z,
      ) > 4,
    );
  });
});
