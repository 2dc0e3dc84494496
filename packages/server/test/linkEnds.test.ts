import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { realWorld } from "cardea";
import { type Answer, type Issuer, newPerson, type Person, startIssuer } from "./support/issuer.ts";

const clock = { ms: realWorld.now() };
const world = { ...realWorld, now: () => clock.ms };
let issuer: Issuer;
before(async () => {
  issuer = await startIssuer({ world, development: true });
});
after(() => issuer.close());

/** How a link comes about, how long it works, and how it is used. */
type Use = {
  readonly lifeMs: number;
  readonly ask: (person: Person) => Promise<unknown>;
  readonly mail: (person: Person) => { readonly to: string; readonly kind: string };
  readonly spend: (token: string, person: Person) => Promise<Answer>;
};

const hour = 3_600_000;
const other = ({ email }: Person): string => `new-${email}`;

const uses: Readonly<Record<"verify_email" | "reset_password" | "change_email", Use>> = {
  verify_email: {
    lifeMs: 24 * hour,
    ask: ({ bearer }) => issuer.post("/email/verify/send", undefined, bearer),
    mail: ({ email }) => ({ to: email, kind: "verify_email" }),
    spend: (token, { password }) => issuer.post("/email/verify", { token, password }),
  },
  reset_password: {
    lifeMs: hour,
    ask: ({ email }) => issuer.post("/password/forgot", { email }),
    mail: ({ email }) => ({ to: email, kind: "reset_password" }),
    spend: (token) => issuer.post("/password/reset", { token, password: "another phrase of words" }),
  },
  change_email: {
    lifeMs: 24 * hour,
    ask: (person) => issuer.post("/email/change", { email: other(person) }, person.bearer),
    mail: (person) => ({ to: other(person), kind: "change_email_confirm" }),
    spend: (token) => issuer.post("/email/confirm", { token }),
  },
};

/** A new person's token for a use, made at the present of the clock. */
async function fresh({ ask, mail }: Use): Promise<{ readonly token: string; readonly person: Person }> {
  const person = await newPerson(issuer);
  await ask(person);
  await issuer.auth.settled();
  const { to, kind } = mail(person);
  const link = issuer.auth.inbox?.list().find((each) => each.to === to && each.kind === kind)?.link;
  assert.ok(link, `a mail ${kind} to ${to}`);
  return { token: new URL(link).search.slice("?token=".length), person };
}

/** The refusals that spending this link told, beside its answer. */
async function spent({ spend }: Use, { token, person }: Awaited<ReturnType<typeof fresh>>) {
  const from = issuer.events.length;
  const { status, body } = await spend(token, person);
  const told = issuer.events.slice(from).flatMap((event) => (event.type === "link_refused" ? [event] : []));
  return { status, code: body.code, refusals: told.map(({ purpose, reason }) => ({ purpose, reason })) };
}

describe("R-03: a link ends when it says so", () => {
  for (const [purpose, use] of Object.entries(uses)) {
    test(`${purpose}: works a second before its end; at its end and a second later is refused, and the event says why`, async () => {
      const inTime = await fresh(use);
      clock.ms += use.lifeMs - 1000;
      assert.deepEqual(await spent(use, inTime), { status: 204, code: undefined, refusals: [] });
      for (const lateMs of [0, 1000]) {
        const late = await fresh(use);
        clock.ms += use.lifeMs + lateMs;
        assert.deepEqual(await spent(use, late), {
          status: 400,
          code: "invalid_link",
          refusals: [{ purpose, reason: "expired" }],
        });
      }
    });

    test(`${purpose}: a link for something else and one that was spent are unknown`, async () => {
      const given = await fresh(use);
      for (const [elsewhere, foreign] of Object.entries(uses)) {
        if (elsewhere === purpose) continue;
        const { status, code, refusals } = await spent(foreign, given);
        assert.deepEqual([status, code, refusals], [400, "invalid_link", [{ purpose: elsewhere, reason: "unknown" }]]);
      }
      assert.equal((await spent(use, given)).status, 204);
      assert.deepEqual((await spent(use, given)).refusals, [{ purpose, reason: "unknown" }]);
    });
  }
});
