import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type PostgresOptions, postgres } from "../src/store/postgres/postgres.ts";
import { realWorld } from "../src/world.ts";

describe("a store by a PostgreSQL URL", () => {
  test("is named without its password", () => {
    assert.equal(
      postgres("postgres://cardea:s3cret@db.internal:5433/auth?sslmode=require").name,
      "postgres db.internal:5433/auth",
    );
    assert.equal(postgres("postgresql:///auth?host=/var/run/postgresql").name, "postgres /var/run/postgresql/auth");
  });

  test("keeps no secret beside it", async () => {
    assert.equal(await postgres("postgres://db/auth").localSecret(realWorld), undefined);
  });

  for (const [what, url, options, message] of [
    ["something else than a URL", "s3cret", {}, /give a URL such as postgres:\/\/user/],
    ["another database's URL", "mysql://root:s3cret@db/auth", {}, /give a URL such as postgres:\/\/user/],
    [
      "an option that is not there",
      "postgres://u:s3cret@db/auth",
      { poolsize: 3 },
      /no option "poolsize". Did you mean "poolSize"\?/,
    ],
    ["no connections", "postgres://u:s3cret@db/auth", { poolSize: 0 }, /poolSize is a whole number above 0/],
    ["half a millisecond", "postgres://u:s3cret@db/auth", { statementTimeoutMs: 0.5 }, /statementTimeoutMs is a whole/],
  ] as const) {
    test(`refuses ${what}, and does not repeat the URL`, () => {
      assert.throws(
        () => postgres(url, options as PostgresOptions),
        (error: Error) =>
          error.name === "ConfigurationError" && message.test(error.message) && !error.message.includes("s3cret"),
      );
    });
  }
});
