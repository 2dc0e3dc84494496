import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Answer, Client } from "../support/client.ts";
import { newPerson, type Person, type Tokens, tokensOf } from "../support/people.ts";
import { type IssuerProcess, startIssuerProcess } from "./support/issuerProcess.ts";

const workers = 2;
const memoryKiB = 19_456;
const options = {
  passwords: { workers, memoryKiB, maxQueue: 60 },
  throttle: { account: { freeFailures: 20 }, signUp: { perAddress: 1000, perNetwork: 1000 } },
};

type Memory = { readonly now: number; readonly most: number };

describe("three hundred who sign in at once", () => {
  let issuer: Client;
  let process: IssuerProcess;
  let usual: number;
  const people = Array.from({ length: 30 }, newPerson);
  let ada: Person & Tokens;

  const memory = async (): Promise<Memory> => (await process.ask("memory")) as Memory;
  const signIn = ({ email, password }: Person): Promise<Answer> => issuer.post("/sign-in", { email, password });

  before(async () => {
    // What the heap may hold here is less than a tenth of what is usual.
    process = await startIssuerProcess({ modes: ["hybrid"], options, execArgv: ["--max-old-space-size=96"] });
    issuer = process.in("hybrid");
    for (const person of people) assert.equal((await issuer.post("/sign-up", person)).status, 201);
    const [first = newPerson()] = people;
    ada = { ...first, ...tokensOf((await signIn(first)).body) };
    // As many requests at once that need no hash: what they take is not the flood's.
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 300 }, () => issuer.get("/me", ada.access)));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    }
    usual = (await memory()).now;
  });
  after(() => process.stop());

  test("L-14, F-15, ASVS-15.2.2, ASVS-15.4.4: are served or told to come back, while tokens are checked and the step-up lane moves, in bounded memory", async () => {
    let waiting = 300;
    const flood = Array.from({ length: 300 }, async (_, at) => {
      const person = people[at % people.length] ?? newPerson();
      const answer = await signIn(at % 3 === 0 ? { ...person, password: "not the phrase" } : person);
      waiting -= 1;
      return answer;
    });

    const proof = await issuer.post("/reauthenticate", { password: ada.password }, ada.access);
    assert.equal(proof.status, 200);
    assert.ok(waiting > 0, "whoever is signed in does not wait for all who are not");
    const { access } = tokensOf(proof.body);
    let checked = 0;
    while (waiting > 0) {
      assert.equal((await issuer.get("/me", access)).status, 200);
      assert.equal((await issuer.get("/me", ada.access)).status, 401);
      checked += 1;
    }
    assert.ok(checked > 1);

    const answers = await Promise.all(flood);
    const seen = new Map(answers.map((answer) => [answer.status, answer]));
    assert.deepEqual([...seen.keys()].toSorted(), [200, 401, 503]);
    for (const { status, headers, body } of answers.filter((answer) => answer.status === 503)) {
      assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
      assert.deepEqual([status, body.code, body.access_token], [503, "overloaded", undefined]);
    }
    for (const [at, { status }] of answers.entries())
      assert.ok(status === 503 || status === (at % 3 === 0 ? 401 : 200));
    const grown = (await memory()).most - usual;
    assert.ok(grown <= workers * memoryKiB + 40 * 1024, `${Math.round(grown / 1024)} MiB more`);
  });

  test("F-15: the process lives on, and whoever was told to come back is served", async () => {
    for (const person of people.slice(0, 5)) assert.equal((await signIn(person)).status, 200);
  });
});
