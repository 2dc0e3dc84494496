import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { after, before, describe, test } from "node:test";
import { ConfigurationError, realWorld } from "cardea";
import { type HibpOptions, hibp } from "../src/people/passwords/hibp.ts";
import { createPasswordPolicy, type PasswordPolicyOptions } from "../src/people/passwords/policy.ts";

const phrase = "correct horse battery staple";
const digest = createHash("sha1").update(phrase).digest("hex").toUpperCase();
const [prefix, suffix] = [digest.slice(0, 5), digest.slice(5)];

/** Rows as the service pads its answers: real ones of others, and made-up ones with the count 0. */
const others = Array.from(
  { length: 900 },
  (_, at) => `${createHash("sha1").update(String(at)).digest("hex").slice(5).toUpperCase()}:${at % 7}`,
);

describe("the range API of breached passwords", () => {
  let server: Server;
  let url = "";
  let answer: RequestListener = () => undefined;
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];

  before(async () => {
    server = createServer((request, response) => {
      asked.push({ path: request.url ?? "", headers: request.headers });
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/range/`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const rows =
    (...lines: readonly string[]): RequestListener =>
    (_, response) =>
      response.end([...others, ...lines].toSorted().join("\r\n"));

  async function judged(
    options: Omit<HibpOptions, "url">,
    more: PasswordPolicyOptions = {},
  ): Promise<{ verdict: string; faults: readonly string[] }> {
    const faults: string[] = [];
    const policy = createPasswordPolicy({
      breached: hibp({ url, ...options }),
      fetch: realWorld.fetch,
      onFault: (error) => faults.push(error instanceof Error ? error.message : "not an error"),
      ...more,
    });
    const verdict = await policy.accept(phrase, { email: "ada@example.com" });
    return { verdict: verdict.ok ? "accepted" : verdict.refusal.reason, faults };
  }

  test("ASVS-6.2.12: refuses a password that is in a row, and takes one that is in none", async () => {
    answer = rows(`${suffix}:3861493`);
    assert.deepEqual(await judged({ whenDown: "accept" }), { verdict: "password_breached", faults: [] });
    answer = rows();
    assert.deepEqual(await judged({ whenDown: "refuse" }), { verdict: "accepted", faults: [] });
  });

  test("ASVS-6.2.12: a row of the padding, with the count 0, is no hit", async () => {
    answer = rows(`${suffix}:0`);
    assert.deepEqual(await judged({ whenDown: "refuse" }), { verdict: "accepted", faults: [] });
  });

  test("ASVS-6.2.12: five digits of the digest leave the process and nothing else, and padding is asked for", async () => {
    answer = rows();
    asked.length = 0;
    await judged({ whenDown: "refuse" });
    assert.equal(asked.length, 1);
    const [{ path, headers } = { path: "", headers: {} }] = asked;
    assert.equal(path, `/range/${prefix}`);
    assert.equal(headers["add-padding"], "true");
    const sent = JSON.stringify([path, headers]).toUpperCase();
    for (const secret of [phrase.toUpperCase(), digest, suffix, suffix.slice(0, 10)])
      assert.equal(sent.includes(secret), false);
  });

  test("ASVS-6.2.12: a password that is refused for another reason is not asked about", async () => {
    asked.length = 0;
    const policy = createPasswordPolicy({ breached: hibp({ url, whenDown: "refuse" }), fetch: realWorld.fetch });
    for (const text of ["short", "password", "qwertyuiop", "ada@example.com"]) {
      assert.equal((await policy.accept(text, { email: "ada@example.com" })).ok, false);
    }
    assert.equal(asked.length, 0);
  });

  const down: Readonly<Record<string, readonly [answer: RequestListener, fault: RegExp]>> = {
    "answers 500": [(_, response) => response.writeHead(500).end("sorry"), /answered 500/],
    "answers 404": [(_, response) => response.writeHead(404).end(), /answered 404/],
    "answers 204": [(_, response) => response.writeHead(204).end(), /answered 204/],
    redirects: [(_, response) => response.writeHead(302, { location: "/elsewhere" }).end(), /fetch failed/],
    "answers a page": [(_, response) => response.end("<html>blocked by the proxy</html>"), /another form/],
    "answers nothing": [(_, response) => response.end(), /another form/],
    "answers a row with a fault among good ones": [rows("not a row"), /another form/],
    "answers a count that is none": [rows(`${suffix}:many`), /another form/],
    "answers without end": [
      (_, response) => {
        const flood = (): void => {
          while (!response.destroyed && response.write(`${others.join("\r\n")}\r\n`));
          if (!response.destroyed) response.once("drain", flood);
        };
        response.on("error", () => undefined);
        flood();
      },
      /too much|aborted|terminated/,
    ],
    "ends in the middle": [
      (_, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("0".repeat(10), () => response.destroy());
      },
      /terminated|aborted/,
    ],
    "answers too late": [() => undefined, /timeout/i],
    "sends its head and no more": [(_, response) => response.writeHead(200).flushHeaders(), /timeout/i],
  };
  for (const [what, [listener, fault]] of Object.entries(down)) {
    test(`ASVS-6.2.12: a service that ${what} is down: the password is taken or refused as whenDown says, and the fault is told`, async () => {
      answer = listener;
      for (const [whenDown, expected] of [
        ["accept", "accepted"],
        ["refuse", "password_unchecked"],
      ] as const) {
        const { verdict, faults } = await judged({ whenDown, timeout: /late|no more/.test(what) ? "50ms" : "5s" });
        assert.equal(verdict, expected);
        assert.equal(faults.length, 1);
        assert.match(faults[0] ?? "", fault);
        assert.equal(faults[0]?.includes(phrase) || faults[0]?.includes(suffix), false);
      }
    });
  }

  test("ASVS-6.2.12: a service that nobody listens for, and a world without a network, are down", async () => {
    const nobody = await judged(
      { whenDown: "refuse" },
      { breached: hibp({ url: "http://127.0.0.1:1/", whenDown: "refuse" }) },
    );
    assert.equal(nobody.verdict, "password_unchecked");
    const alone = await judged({ whenDown: "refuse" }, { fetch: undefined });
    assert.deepEqual(alone, { verdict: "password_unchecked", faults: ["This world has no network."] });
  });
});

describe("a provider of breached passwords", () => {
  test("ASVS-6.2.12: is any function of the password; what it throws is never taken for a no", async () => {
    const asked: string[] = [];
    const faults: unknown[] = [];
    const breached = async (password: string): Promise<boolean> => {
      asked.push(password);
      if (password.includes("broken")) throw new Error("the database of breaches is gone");
      return password.includes("leaked");
    };
    const policy = createPasswordPolicy({ breached, onFault: (error) => faults.push(error) });
    const verdict = async (text: string): Promise<string> => {
      const judged = await policy.accept(text, { email: "ada@example.com" });
      return judged.ok ? "accepted" : judged.refusal.reason;
    };
    assert.equal(await verdict("a leaked phrase of words"), "password_breached");
    assert.equal(await verdict("a secret phrase of words"), "accepted");
    assert.equal(faults.length, 0);
    assert.equal(await verdict("a broken phrase of words"), "password_unchecked");
    assert.equal(faults.length, 1);
    assert.equal(asked.length, 3);
  });

  test("needs to be told what becomes of a password while it is down, and takes no other options", () => {
    const bad = [
      {},
      { whenDown: "ignore" },
      { whenDown: "accept", timeOut: "1s" },
      { whenDown: "accept", url: "no url" },
      { whenDown: "accept", timeout: "soon" },
    ];
    for (const options of bad) assert.throws(() => hibp(options as HibpOptions), ConfigurationError);
  });
});
