import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { type Answer, authorizing, type Issuer, newPerson, type Person, startIssuer } from "./support/issuer.ts";

const fields = z.strictObject({
  nickname: z.string().trim().min(1, "Some letters, please.").max(20).optional(),
  address: z.object({ city: z.string() }).optional(),
});

let issuer: Issuer;
let ada: Person;
before(async () => {
  issuer = await startIssuer({ accounts: { fields } });
});
after(() => issuer.close());

const patch = (person: Person, given: unknown): Promise<Answer> =>
  issuer.send("/me", {
    method: "PATCH",
    headers: { "content-type": "application/json", ...authorizing(person.bearer) },
    body: JSON.stringify({ fields: given }),
  });

/** The fields as the store, `/me` and the export have them. */
async function everywhere({ email, bearer }: Person): Promise<readonly unknown[]> {
  const answers = [await issuer.get("/me", bearer), await issuer.get("/me/export", bearer)];
  const stored = (await issuer.store.people.findByEmail(email))?.fields;
  return [stored, ...answers.map(({ body }) => Object(body.user).fields)];
}

const changes = (): readonly (readonly string[])[] =>
  issuer.events.flatMap((event) => (event.type === "fields_changed" ? [event.fields] : []));

describe("PATCH /me, with the application's own schema", () => {
  before(async () => {
    ada = await newPerson(issuer);
  });

  test("sets what fits, in the form that the schema makes of it; what is not named stays", async () => {
    const first = await patch(ada, { nickname: "  Ada " });
    assert.deepEqual([first.status, Object(first.body.user).fields], [200, { nickname: "Ada" }]);
    assert.deepEqual(await everywhere(ada), Array(3).fill({ nickname: "Ada" }));
    assert.equal((await patch(ada, { address: { city: "London" } })).status, 200);
    assert.deepEqual(await everywhere(ada), Array(3).fill({ nickname: "Ada", address: { city: "London" } }));
  });

  test("refuses what does not fit, with the field and the schema's words, and changes nothing", async () => {
    const before = [await everywhere(ada), changes()];
    const refused: ReadonlyArray<readonly [given: unknown, field: string, message: RegExp]> = [
      [{ nickname: " " }, "fields.nickname", /^Some letters, please\.$/],
      [{ nickname: "x".repeat(21) }, "fields.nickname", /./],
      [{ address: { city: 7 } }, "fields.address.city", /./],
      [{ nickname: "Countess", stranger: 1 }, "fields", /stranger/],
    ];
    for (const [given, field, message] of refused) {
      const { status, body } = await patch(ada, given);
      const [error] = Array.isArray(body.errors) ? body.errors : [];
      assert.deepEqual([status, body.code, error?.field], [400, "invalid_request", field]);
      assert.match(error?.message, message);
    }
    assert.deepEqual([await everywhere(ada), changes()], before);
  });
});
