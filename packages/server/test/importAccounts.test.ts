import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { hashSync } from "@node-rs/bcrypt";
import { memory, realWorld } from "cardea";
import { type ImportOutcome, importAccounts } from "../src/people/importAccounts.ts";
import { createPasswordHasher } from "../src/people/passwordHasher/passwordHasher.ts";
import { ok, refuse } from "../src/refusal.ts";
import type { Store } from "../src/store/ports.ts";
import { type Folder, newFolder } from "./support/cli.ts";
import { typed } from "./support/hasher.ts";

const phrase = "a phrase of several words";
const bcrypt = hashSync(phrase, { cost: 4 });
const now = 1_800_000_000_000;
const world = { ...realWorld, now: () => now };

describe("an import of accounts", () => {
  let store: Store;
  before(async () => {
    store = await memory().open(world);
  });
  after(() => store.close());

  async function outcomes(...rows: readonly unknown[]): Promise<readonly ImportOutcome[]> {
    const found: ImportOutcome[] = [];
    const checkFields = async (given: Readonly<Record<string, unknown>>) =>
      "forbidden" in given ? refuse("no") : ok({ plan: "free", ...given });
    for await (const outcome of importAccounts(rows, { people: store.people, world, keys: {}, checkFields })) {
      found.push(outcome);
    }
    return found;
  }

  test("takes over address, hash, roles, proof of the address, fields and age", async () => {
    const [outcome] = await outcomes({
      email: "Ada@Example.com",
      passwordHash: bcrypt,
      roles: ["admin", "staff"],
      emailVerified: true,
      fields: { nick: "ada" },
      createdAt: "2015-12-10T10:00:00+02:00",
    });
    assert.equal(outcome?.outcome, "imported");
    const { id, ...account } = (await store.people.findByEmail("ada@example.com")) ?? { id: "" };
    assert.equal(outcome.outcome === "imported" && outcome.accountId, id);
    assert.deepEqual(account, {
      email: "ada@example.com",
      emailVerifiedAt: now,
      passwordHash: bcrypt,
      passwordChangedAt: Date.UTC(2015, 11, 10, 8),
      roles: ["admin", "staff"],
      fields: { plan: "free", nick: "ada" },
      createdAt: Date.UTC(2015, 11, 10, 8),
      disabledAt: undefined,
    });
  });

  test("needs an address and a hash alone; null is somebody without a password, whom only a reset lets in", async () => {
    const found = await outcomes(
      { email: "bare@example.com", passwordHash: bcrypt, createdAt: 1_700_000_000_000 },
      { email: "none@example.com", passwordHash: null },
    );
    assert.deepEqual(
      found.map(({ outcome }) => outcome),
      ["imported", "imported"],
    );
    const bare = await store.people.findByEmail("bare@example.com");
    assert.deepEqual(
      [bare?.roles, bare?.emailVerifiedAt, bare?.fields, bare?.createdAt],
      [[], undefined, { plan: "free" }, 1_700_000_000_000],
    );
    const none = await store.people.findByEmail("none@example.com");
    const hasher = createPasswordHasher({ world: realWorld, workers: 1 });
    for (const text of ["", "null", phrase]) {
      assert.equal((await hasher.verify(typed(text), none?.passwordHash)).matches, false);
    }
    await hasher.close();
  });

  test("leaves an account that is there as it is, twice in one file or from an import before", async () => {
    const row = { email: "twice@example.com", passwordHash: bcrypt };
    const found = await outcomes(row, { ...row, email: "TWICE@example.com", roles: ["admin"] }, row);
    assert.deepEqual(
      found.map(({ outcome }) => outcome),
      ["imported", "taken", "taken"],
    );
    const before = await store.people.findByEmail(row.email);
    assert.deepEqual(await outcomes({ ...row, passwordHash: null, roles: ["admin"] }), [{ outcome: "taken" }]);
    assert.deepEqual(await store.people.findByEmail(row.email), before);
  });

  test("refuses a row that does not fit, says why without what stands in it, and goes on with the next", async () => {
    const good = { email: "refused@example.com", passwordHash: bcrypt };
    const rows: ReadonlyArray<readonly [row: unknown, reason: string, detail: RegExp]> = [
      [undefined, "malformed_row", /row: object expected/],
      [[], "malformed_row", /row: object expected/],
      ["text", "malformed_row", /row: object expected/],
      [{ passwordHash: bcrypt }, "malformed_row", /email: string expected/],
      [{ email: "refused@example.com" }, "malformed_row", /passwordHash/],
      [{ ...good, password: "a-secret" }, "malformed_row", /unknown names beside email, passwordHash/],
      [{ ...good, roles: "a-secret" }, "malformed_row", /roles: array expected/],
      [{ ...good, roles: [""] }, "malformed_row", /roles\.0: does not fit/],
      [{ ...good, emailVerified: "yes" }, "malformed_row", /emailVerified: boolean expected/],
      [{ ...good, createdAt: "a-secret" }, "malformed_row", /createdAt: does not fit/],
      [{ ...good, createdAt: now + 1 }, "malformed_row", /createdAt: in the future/],
      [{ ...good, createdAt: -1 }, "malformed_row", /createdAt: does not fit/],
      [{ ...good, email: "a-secret" }, "malformed_email", /email: not an address/],
      [{ ...good, fields: { forbidden: "a-secret" } }, "malformed_fields", /accounts\.fields/],
      [{ ...good, passwordHash: "a-secret" }, "unknown_hash", /no known form/],
      [
        { ...good, passwordHash: "$2b$31$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe" },
        "hash_too_costly",
        /256 MiB/,
      ],
      [
        {
          ...good,
          passwordHash:
            "$argon2id$v=19$m=19456,t=2,p=1,keyid=MjAyNg$c2l4dGVlbiBzYWx0IGJ5dA$c2l4dGVlbiBieXRlcyBhdCBsZWFzdA",
        },
        "unknown_pepper",
        /earlierPeppers/,
      ],
      [
        { ...good, passwordHash: "$firebase-scrypt$ln=14,r=8$42xEC+ixf3L2lw$c2l4dGVlbiBieXRlcyBhdCBsZWFzdA" },
        "no_firebase_key",
        /passwords\.firebase/,
      ],
    ];
    const found = await outcomes(...rows.map(([row]) => row), { ...good, email: "next@example.com" });
    for (const [at, [row, reason, detail]] of rows.entries()) {
      const outcome = found[at];
      assert.ok(outcome?.outcome === "refused", JSON.stringify(row));
      assert.equal(outcome.reason, reason, JSON.stringify(row));
      assert.match(outcome.detail, detail);
      assert.doesNotMatch(outcome.detail, /a-secret|\$2b|keyid/);
    }
    assert.equal(found.at(-1)?.outcome, "imported");
    assert.equal(await store.people.findByEmail("refused@example.com"), undefined);
  });

  test("CS-PS2: its people sign in with the passwords that they have, and the hashes are to be replaced then", async () => {
    await outcomes({ email: "grace@example.com", passwordHash: bcrypt });
    const account = await store.people.findByEmail("grace@example.com");
    const hasher = createPasswordHasher({ world: realWorld, workers: 1 });
    assert.deepEqual(await hasher.verify(typed(phrase), account?.passwordHash), { matches: true, outdated: true });
    const replaced = await hasher.hash(typed(phrase));
    assert.deepEqual(await hasher.verify(typed(phrase), replaced), { matches: true, outdated: false });
    await hasher.close();
  });
});

/** These fields of each row of a list in JSON. */
const each = (list: unknown, ...names: readonly string[]): readonly (readonly unknown[])[] => {
  assert.ok(Array.isArray(list));
  return list.map((row: Readonly<Record<string, unknown>>) => names.map((name) => row[name]));
};

describe("cardea users import", () => {
  let folder: Folder;
  before(() => {
    folder = newFolder();
  });
  after(() => folder.remove());

  const lines = [
    JSON.stringify({ email: "ada@example.com", passwordHash: bcrypt }),
    "",
    "{ not json",
    JSON.stringify({ email: "ADA@example.com", passwordHash: bcrypt }),
    JSON.stringify({ email: "bob@example.com", passwordHash: "$1$unknown" }),
    JSON.stringify({ email: "eve@example.com", passwordHash: bcrypt, roles: ["staff"] }),
  ];

  test("tells what became of each line by its number, never with a hash, and fails when one was refused", async () => {
    writeFileSync(join(folder.path, "users.jsonl"), `\ufeff${lines.join("\r\n")}`);
    const first = await folder.run(["users", "import", "users.jsonl", "--json"]);
    assert.equal(first.code, 1, first.err);
    const { refused, ...counts } = first.json();
    assert.deepEqual(counts, { imported: 2, taken: 1 });
    assert.deepEqual(each(refused, "line", "reason"), [
      [3, "malformed_row"],
      [5, "unknown_hash"],
    ]);
    assert.equal(`${first.out}${first.err}`.includes("$"), false);

    const again = await folder.run(["users", "import", "-"], { input: lines[5] ?? "" });
    assert.equal(again.code, 0, again.err);
    assert.match(again.out, /Imported 0; 1 had an account already; 0 refused\./);

    const listed = await folder.run(["users", "list", "--json"]);
    assert.deepEqual(each(listed.json().users, "email"), [["ada@example.com"], ["eve@example.com"]]);

    const { audit } = (await folder.run(["audit", "list", "--json"])).json();
    const imports = each(audit, "type", "actor", "details").filter(([type]) => type === "accounts_imported");
    assert.deepEqual(imports, [["accounts_imported", "cli", { count: 2 }]]);
  });

  test("of a file that is not there, or is none, fails with the reason", async () => {
    for (const file of ["missing.jsonl", "."]) {
      const ended = await folder.run(["users", "import", file]);
      assert.equal(ended.code, 1);
      assert.match(ended.err, /missing\.jsonl is not there|is a folder/);
    }
  });

  test("of a file that is misspelt makes no store", async () => {
    const empty = newFolder();
    for (const file of ["missing.jsonl", "."]) {
      assert.equal((await empty.run(["users", "import", file])).code, 1);
      assert.equal(existsSync(join(empty.path, "data")), false);
    }
    writeFileSync(join(empty.path, "nobody.jsonl"), "");
    const ended = await empty.run(["users", "import", "nobody.jsonl"]);
    assert.deepEqual([ended.code, ended.err], [0, ""]);
    assert.match(ended.out, /Imported 0; 0 had an account already; 0 refused\./);
    empty.remove();
  });
});
