import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { sqlite } from "cardea";
import type { Answer } from "./support/client.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { differenceOf } from "./support/mannWhitney.ts";

const samples = 150;
const password = "a phrase of several words";
const folder = mkdtempSync(join(tmpdir(), "cardea-enumeration-"));
let issuer: Issuer;

const known = (index: number): string => `known${index}@example.com`;
const unknown = (index: number): string => `nobody${index}@example.com`;

before(async () => {
  issuer = await startIssuer({ store: sqlite(join(folder, "auth.db")), development: true });
  for (let index = 0; index < samples; index += 15) {
    const people = Array.from({ length: 15 }, (_, at) => ({ email: known(index + at), password }));
    for (const { status } of await Promise.all(people.map((person) => issuer.post("/sign-up", person)))) {
      assert.equal(status, 201);
    }
  }
});
after(async () => {
  await issuer.close();
  rmSync(folder, { recursive: true });
});

/** All that a caller can see of an answer, but for the clock and the request's own identifier. */
const visible = ({ status, headers, text }: Answer): string =>
  JSON.stringify({
    status,
    text,
    headers: [...headers].filter(([name]) => name !== "date" && name !== "x-request-id"),
  });

/** What is asked about an address that is somebody's, and about one that is nobody's. */
const questions: Readonly<Record<string, (email: string) => Promise<Answer>>> = {
  "signing in": (email) => issuer.post("/sign-in", { email, password: "not the phrase at all" }),
  "signing up": (email) => issuer.post("/sign-up", { email, password }),
  "forgetting a password": (email) => issuer.post("/password/forgot", { email }),
};

describe("ASVS-6.3.8, L-01, L-05, CS-AU1, CS-FP1: nobody learns who has an account", () => {
  for (const [question, ask] of Object.entries(questions)) {
    test(`by ${question}: the same status, headers and body, in times that cannot be told apart`, async (t) => {
      const answers = new Set<string>();
      const times = { known: [] as number[], unknown: [] as number[] };
      const timed = async (kind: keyof typeof times, email: string): Promise<void> => {
        const start = performance.now();
        const answer = await ask(email);
        times[kind].push(performance.now() - start);
        answers.add(visible(answer));
      };
      // Interleaved, and each kind first as often as the other, so that what drifts drifts for both.
      for (let index = 0; index < samples; index++) {
        const pair = [() => timed("known", known(index)), () => timed("unknown", unknown(index))];
        for (const sample of index % 2 === 0 ? pair : pair.toReversed()) await sample();
      }
      await issuer.auth.settled();
      assert.equal(answers.size, 1, [...answers].join("\n"));
      const { z, medians } = differenceOf(times.known, times.unknown);
      t.diagnostic(`medians ${medians.map((ms) => ms.toFixed(2)).join(" and ")} ms, z = ${z.toFixed(2)}`);
      // Of samples of one distribution, one run in some 30,000 is further apart.
      assert.ok(Math.abs(z) < 4, `z = ${z}`);
    });
  }

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
