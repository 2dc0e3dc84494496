import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { type Folder, newFolder } from "./support/cli.ts";
import type { CommandEnd } from "./support/commandLines.ts";
import type { Json } from "./support/issuer.ts";
import { secretOf } from "./support/keyRings.ts";

type ListedKey = Readonly<Record<"kid" | "alg" | "use" | "state" | "kept", string>> & {
  readonly public: boolean;
  readonly signs_from: string;
  readonly verifies_until: string | null;
};

const answerOf = ({ code, out, err }: CommandEnd): Json => {
  assert.equal(code, 0, err);
  return JSON.parse(out);
};

describe("cardea keys", () => {
  const own: Folder = newFolder();
  after(() => own.remove());
  const run = async (...lines: readonly (readonly string[])[]): Promise<readonly CommandEnd[]> =>
    own.runAll(lines.map((argv) => ({ argv })));
  const one = async (...argv: readonly string[]): Promise<CommandEnd> => {
    const [end] = await run(argv);
    assert.ok(end);
    return end;
  };
  const listed = async (): Promise<readonly ListedKey[]> => Object(answerOf(await one("keys", "list", "--json"))).keys;
  const signing = async (): Promise<string> =>
    (await listed()).find(({ use, state }) => use === "access" && state === "signing")?.kid ?? "";

  test("list makes nothing and needs no secret; there is nothing to list before there is a store", async () => {
    const before = await one("keys", "list", "--json");
    assert.equal(before.code, 1);
    assert.match(before.err, /There is no store/);
    assert.equal((await one("users", "create", "ada@example.com")).code, 0);
    const keys = await listed();
    assert.deepEqual(
      keys.map((key) => [key.alg, key.use, key.state, key.kept, key.public, key.verifies_until]),
      [
        ["ES256", "access", "signing", "store", true, null],
        ["HS256", "refresh", "signing", "store", false, null],
      ],
    );
    const [other] = await own.runAll([
      {
        argv: ["keys", "list", "--keys-alg", "EdDSA"],
        env: { CARDEA_SECRET: Buffer.from(secretOf(3)).toString("base64url") },
      },
    ]);
    assert.match(other?.out ?? "", /^KID +ALG +USE +STATE +PUBLISHED +SIGNS FROM +VERIFIES UNTIL\n/);
    assert.equal(other?.out.trim().split("\n").length, 3, "no key was made for the other algorithm");
  });

  test("rotate makes one next key, says from when it signs, and then says that it waits", async () => {
    const [first, second, text] = await run(
      ["keys", "rotate", "--json"],
      ["keys", "rotate", "--json"],
      ["keys", "rotate"],
    );
    assert.ok(first && second && text);
    const made = answerOf(first);
    assert.equal(made.made, true);
    assert.ok(Date.parse(String(made.signs_from)) > Date.now() + 3_500_000);
    assert.deepEqual(answerOf(second), { ...made, made: false });
    assert.match(text.out, new RegExp(`^The key ${made.kid} waits already\\. It signs from \\d{4}-.* UTC\\.\n$`));
    assert.deepEqual(
      (await listed()).map(({ use, state }) => `${use} ${state}`),
      ["access signing", "access next", "refresh signing"],
    );
    assert.equal(answerOf(await one("keys", "rotate", "--refresh", "--json")).made, true);
  });

  test("export prints the public part, and the secret one only when it is asked for", async () => {
    const kid = await signing();
    const shared = (await listed()).find(({ use }) => use === "refresh")?.kid ?? "";
    const [open, secret, none, hidden] = await run(
      ["keys", "export", kid],
      ["keys", "export", kid, "--secret"],
      ["keys", "export", "-1KsO-4"],
      ["keys", "export", shared],
    );
    assert.ok(open && secret && none && hidden);
    const jwk = answerOf(open);
    assert.deepEqual([jwk.kid, jwk.kty, jwk.d, "k" in jwk], [kid, "EC", undefined, false]);
    const { d, ...rest } = answerOf(secret);
    assert.equal(typeof d, "string");
    assert.deepEqual(rest, jwk);
    assert.deepEqual([none.code, none.out], [1, ""]);
    assert.match(none.err, /no key -1KsO-4\. See: cardea keys list/, "a kid may begin with a hyphen");
    assert.deepEqual([hidden.code, hidden.out], [1, ""]);
    assert.match(hidden.err, /has no public part/);
  });

  test("retire takes a key that waits, and refuses the one that signs with what to do instead", async () => {
    const kid = await signing();
    const next = (await listed()).find(({ state }) => state === "next")?.kid ?? "";
    const [waiting, signs, none] = await run(
      ["keys", "retire", next],
      ["keys", "retire", kid],
      ["keys", "retire", "nobody"],
    );
    assert.deepEqual([waiting?.code, waiting?.out], [0, `Retired the key ${next}.\n`]);
    assert.deepEqual([signs?.code, signs?.out], [1, ""]);
    assert.match(signs?.err ?? "", /Rotate first: cardea keys rotate.*cardea keys revoke/);
    assert.match(none?.err ?? "", /no key nobody/);
  });

  test("revoke needs a yes; then the key is out of everything, and a fresh one signs", async () => {
    const kid = await signing();
    const [unasked, revoked, again] = await run(
      ["keys", "revoke", kid],
      ["keys", "revoke", kid, "--yes", "--json"],
      ["keys", "revoke", "nobody", "--yes"],
    );
    assert.ok(unasked && revoked && again);
    assert.deepEqual([unasked.code, unasked.out], [2, ""]);
    assert.match(unasked.err, /add --yes/);
    const answer = answerOf(revoked);
    assert.deepEqual([answer.kid, answer.state], [kid, "revoked"]);
    assert.equal(answer.signs, await signing());
    assert.notEqual(answer.signs, kid);
    assert.match(again.err, /no key nobody/);
    assert.equal((await listed()).find((key) => key.kid === kid)?.state, "revoked");
    const [open, secret] = await run(["keys", "export", kid], ["keys", "export", kid, "--secret"]);
    for (const end of [open, secret]) {
      assert.deepEqual([end?.code, end?.out], [1, ""]);
      assert.match(end?.err ?? "", new RegExp(`The key ${kid} is revoked\\.`));
    }
  });

  test("what is done to keys is in the audit trail, and none of it is a secret", async () => {
    const { out } = await one("audit", "list", "--json");
    for (const type of ["key_created", "key_exported", "key_retired", "key_revoked"])
      assert.ok(out.includes(type), type);
    assert.doesNotMatch(out, /"(?:d|k)"/);
  });
});

describe("cardea secrets", () => {
  const own: Folder = newFolder();
  after(() => own.remove());

  test("generate prints 32 random bytes that CARDEA_SECRET takes, anew each time", async () => {
    const [text, json, again] = await own.runAll([
      { argv: ["secrets", "generate"] },
      { argv: ["secrets", "generate", "--json"] },
      { argv: ["secrets", "generate"] },
    ]);
    assert.ok(text && json && again);
    assert.match(text.out, /^[A-Za-z0-9_-]{43}\n$/);
    assert.notEqual(text.out, again.out);
    const { secret, id } = answerOf(json);
    assert.match(String(id), /^[A-Za-z0-9_-]{8}$/);
    const env = { CARDEA_SECRET: String(secret) };
    const [made, other, both] = await own.runAll([
      { argv: ["users", "create", "ada@example.com"], env },
      { argv: ["users", "create", "bob@example.com"], env: { CARDEA_SECRET: text.out.trim() } },
      { argv: ["users", "create", "bob@example.com"], env: { CARDEA_SECRET: `${text.out.trim()},${secret}` } },
    ]);
    assert.equal(made?.code, 0, made?.err);
    assert.deepEqual([other?.code, other?.out], [1, ""]);
    assert.match(other?.err ?? "", new RegExp(`sealed under ${id}.*give both with the new one first`));
    assert.ok(!other?.err.includes(String(secret)) && !other?.err.includes(text.out.trim()));
    assert.equal(both?.code, 0, both?.err);
  });
});
