import assert from "node:assert/strict";
import { argon2Sync, createCipheriv, pbkdf2Sync, scryptSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { hashSync } from "@node-rs/bcrypt";
import { ConfigurationError, realWorld } from "cardea";
import type { CheckKeys } from "../src/people/passwordHasher/checkKeys.ts";
import { checkImportable } from "../src/people/passwordHasher/importableHash.ts";
import { createPasswordHasher, type PasswordHasher } from "../src/people/passwordHasher/passwordHasher.ts";
import { readStoredHash } from "../src/people/passwordHasher/storedHash/storedHash.ts";
import { typed } from "./support/hasher.ts";

/** The project of Firebase's own example. */
const firebase = {
  signerKey: Buffer.from(
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    "base64",
  ),
  saltSeparator: Buffer.from("Bw==", "base64"),
};

const nopad = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** Hashes that others made, each with its password; the password with one character more opens none. */
const known: ReadonlyArray<readonly [source: string, password: string, stored: string]> = [
  [
    "argon2id of the reference implementation",
    "password",
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
  ],
  [
    "argon2i of the reference implementation",
    "password",
    "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
  ],
  [
    "argon2i, version 16, of the reference implementation",
    "password",
    "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
  ],
  ["bcrypt of jBCrypt", "a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"],
  ["bcrypt of jBCrypt, another", "abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"],
  ["bcrypt 2y of libxcrypt", "rasmuslerdorf", "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq"],
  ["bcrypt 2b of libxcrypt", "rasmuslerdorf", "$2b$06$abcdefghijklmnopqrstuufA2IE3oMsHcSJg7BFrnf7ThvPlIYmvG"],
  ["bcrypt 2a of crypt_blowfish", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  [
    "scrypt of RFC 7914, 12",
    "password",
    `$scrypt$ln=10,r=8,p=16$${nopad(Buffer.from("NaCl"))}$${nopad(
      hex(
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
      ),
    )}`,
  ],
  [
    "scrypt of passlib",
    "password",
    "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
  ],
  [
    "Firebase's scrypt of its documentation",
    "user1password",
    "$firebase-scrypt$ln=14,r=8$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
  ],
  [
    "PBKDF2-SHA256 of RFC 7914, 11",
    "passwd",
    `pbkdf2_sha256$1$salt$${hex(
      "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
    ).toString("base64")}`,
  ],
  [
    "PBKDF2-SHA256 of passlib",
    "password",
    "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
  ],
  [
    "PBKDF2-SHA512 of passlib",
    "password",
    "$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww",
  ],
  [
    "PBKDF2-SHA256 of RustCrypto",
    "passwordPASSWORDpassword",
    "$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q",
  ],
];

/** Hashes that another implementation makes here, in every form that is read. */
function made(text: string): ReadonlyArray<readonly [form: string, stored: string]> {
  const salt = Buffer.from("sixteen salt byt");
  const argon = (variant: "argon2d" | "argon2i" | "argon2id", parallelism: number): string => {
    const tag = argon2Sync(variant, { message: text, nonce: salt, memory: 256, passes: 3, parallelism, tagLength: 24 });
    return `$${variant}$v=19$m=256,t=3,p=${parallelism}$${nopad(salt)}$${nopad(tag)}`;
  };
  const bcrypt = (version: "2a" | "2b" | "2y"): string => hashSync(text, { cost: 4, version });
  const scrypt = scryptSync(text, salt, 32, { N: 1024, r: 4, p: 2 });
  const derived = scryptSync(text, Buffer.concat([salt, firebase.saltSeparator]), 64, { N: 2048, r: 8, p: 1 });
  const cipher = createCipheriv("aes-256-ctr", derived.subarray(0, 32), Buffer.alloc(16));
  const sealed = Buffer.concat([cipher.update(firebase.signerKey), cipher.final()]);
  const pbkdf2 = (digest: "sha256" | "sha512", length: number): Buffer => pbkdf2Sync(text, salt, 500, length, digest);
  const django = (digest: "sha256" | "sha512", length: number): string =>
    `pbkdf2_${digest}$500$${salt.toString()}$${pbkdf2(digest, length).toString("base64")}`;
  return [
    ["argon2id, one lane", argon("argon2id", 1)],
    ["argon2id, four lanes", argon("argon2id", 4)],
    ["argon2i", argon("argon2i", 1)],
    ["argon2d", argon("argon2d", 2)],
    ["bcrypt 2a", bcrypt("2a")],
    ["bcrypt 2b", bcrypt("2b")],
    ["bcrypt 2y", bcrypt("2y")],
    ["scrypt", `$scrypt$ln=10,r=4,p=2$${nopad(salt)}$${nopad(scrypt)}`],
    ["scrypt, padded and URL-safe", `$scrypt$ln=10,r=4,p=2$${salt.toString("base64")}$${scrypt.toString("base64url")}`],
    ["Firebase's scrypt", `$firebase-scrypt$ln=11,r=8$${salt.toString("base64")}$${sealed.toString("base64")}`],
    ["PBKDF2-SHA256 as PHC", `$pbkdf2-sha256$i=500,l=32$${nopad(salt)}$${nopad(pbkdf2("sha256", 32))}`],
    ["PBKDF2-SHA512 as PHC", `$pbkdf2-sha512$i=500$${nopad(salt)}$${nopad(pbkdf2("sha512", 64))}`],
    [
      "PBKDF2-SHA512 as passlib",
      `$pbkdf2-sha512$500$${nopad(salt)}$${nopad(pbkdf2("sha512", 64)).replaceAll("+", ".")}`,
    ],
    ["PBKDF2-SHA256 as Django, two blocks", django("sha256", 40)],
    ["PBKDF2-SHA512 as Django", django("sha512", 64)],
  ];
}

describe("a hash of another system", () => {
  let hasher: PasswordHasher;
  before(() => {
    hasher = createPasswordHasher({ world: realWorld, workers: 2, firebase });
  });
  after(() => hasher.close());

  const verify = (text: string, stored: string) => hasher.verify(typed(text), stored);

  for (const [source, text, stored] of known) {
    test(`CS-PS1: is checked: ${source}`, async () => {
      assert.equal((await verify(text, stored)).matches, true);
      assert.equal((await verify(`${text}x`, stored)).matches, false);
      assert.deepEqual(checkImportable(stored, { firebase }), { ok: true, value: undefined });
    });
  }

  test("CS-PS2: is checked in every form that is read, and outdated, so that the first sign-in replaces it", async () => {
    for (const text of ["a phrase of several words", "pässwörd ☂ 語", "x"]) {
      for (const [form, stored] of made(text)) {
        assert.deepEqual(await verify(text, stored), { matches: true, outdated: true }, form);
        for (const wrong of [`${text} `, text.toUpperCase(), ""]) {
          assert.deepEqual(await verify(wrong, stored), { matches: false, outdated: true }, form);
        }
        assert.equal(checkImportable(stored, { firebase }).ok, true, form);
      }
    }
  });

  test("L-08: ASVS-6.2.8: of bcrypt opens for no password of more than 72 bytes, since it would for every tail", async () => {
    for (const [character, fits, over] of [
      ["a", 72, 73],
      ["é", 36, 37],
      ["語", 24, 25],
    ] as const) {
      const stored = hashSync(character.repeat(fits), { cost: 4 });
      assert.equal((await verify(character.repeat(fits), stored)).matches, true);
      for (const tail of [character, "X", " "]) {
        assert.equal((await verify(character.repeat(fits) + tail, stored)).matches, false);
        const long = hashSync(character.repeat(fits) + tail, { cost: 4 });
        assert.equal((await verify(character.repeat(fits) + tail, long)).matches, false, "not even the very one");
      }
      assert.equal((await verify(character.repeat(over), stored)).matches, false);
    }
  });

  test("L-08: CS-PS3: of bcrypt opens for no password with a NUL, behind which bcrypt starts anew", async () => {
    const stored = hashSync("abc", { cost: 4 });
    assert.equal((await verify("abc", stored)).matches, true);
    assert.equal((await verify("abc\0abc", stored)).matches, false);
    assert.equal((await verify("abc\0", stored)).matches, false);
  });

  test("of Firebase cannot be checked without the project's key, and says so", async () => {
    const [, text, stored] = known.find(([source]) => source.startsWith("Firebase")) ?? ["", "", ""];
    const faults: Error[] = [];
    const without = createPasswordHasher({ world: realWorld, workers: 1, onFault: (fault) => faults.push(fault) });
    assert.equal((await without.verify(typed(text), stored)).matches, false);
    assert.ok(faults[0] instanceof ConfigurationError);
    assert.match(faults[0].message, /passwords\.firebase: \{ signerKey, saltSeparator \}/);
    await without.close();
    const other = { ...firebase, signerKey: Buffer.alloc(64, 1) };
    const elsewhere = createPasswordHasher({ world: realWorld, workers: 1, firebase: other });
    assert.equal((await elsewhere.verify(typed(text), stored)).matches, false);
    await elsewhere.close();
  });
});

describe("a hash to be imported", () => {
  const salt = "c2l4dGVlbiBzYWx0IGJ5dA";
  const tag = "c2l4dGVlbiBieXRlcyBhdCBsZWFzdA";
  const refusal = (text: string, keys: CheckKeys = { firebase }): unknown => {
    const judged = checkImportable(text, keys);
    return judged.ok ? "taken" : judged.refusal;
  };

  test("is refused when checking it would take gigabytes or minutes, and computed by nobody to find that out", () => {
    const costly = [
      `$argon2id$v=19$m=262145,t=1,p=1$${salt}$${tag}`,
      `$argon2id$v=19$m=104857600,t=1,p=1$${salt}$${tag}`,
      `$argon2id$v=19$m=4294967295,t=4294967295,p=255$${salt}$${tag}`,
      `$argon2id$v=19$m=19456,t=300,p=1$${salt}$${tag}`,
      "$2b$15$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      "$2b$31$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      `$scrypt$ln=32,r=8,p=1$${salt}$${tag}`,
      `$scrypt$ln=19,r=8,p=1$${salt}$${tag}`,
      `$scrypt$ln=17,r=8,p=8$${salt}$${tag}`,
      `$scrypt$ln=1,r=999,p=999$${salt}$${tag}${"A".repeat(64)}`.replace("ln=1,", "ln=12,"),
      `$firebase-scrypt$ln=20,r=8$${salt}$${tag}`,
      `$pbkdf2-sha256$i=4294967295$${salt}$${tag}`,
      `pbkdf2_sha512$9000000$${salt}$${tag}`,
    ];
    for (const text of costly) assert.equal(refusal(text), "hash_too_costly", text);
    const bearable = [
      `$argon2id$v=19$m=262144,t=3,p=4$${salt}$${tag}`,
      "$2b$14$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      `$scrypt$ln=17,r=8,p=1$${salt}$${tag}`,
      `$pbkdf2-sha256$i=1200000$${salt}$${tag}`,
      `pbkdf2_sha512$600000$${salt}$${tag}`,
    ];
    for (const text of bearable) assert.equal(refusal(text), "taken", text);
  });

  test("is refused when it has no known form, or so few bits that passwords would match by chance", () => {
    const unknown = [
      "",
      "password",
      "5f4dcc3b5aa765d61d8327deb882cf99",
      "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
      "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO",
      "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr",
      "$2x$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      "$2b$03$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      "$2b$32$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      "$2b$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfx",
      `$argon2id$v=19$m=7,t=1,p=1$${salt}$${tag}`,
      `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${tag}`,
      `$argon2id$v=19$m=19456,t=2,p=1$${salt}$c2hvcnQ`,
      `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${"A".repeat(200)}`,
      `$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA$${salt}$${tag}`,
      `$argon2id$v=19$m=1e9,t=2,p=1$${salt}$${tag}`,
      `$scrypt$ln=0,r=8,p=1$${salt}$${tag}`,
      `$scrypt$ln=14,r=0,p=1$${salt}$${tag}`,
      `$scrypt$ln=14,r=8,p=1$${salt}$c2hvcnQ`,
      `$scrypt$ln=14,r=8,p=1$sa lt$${tag}`,
      `$pbkdf2-sha256$i=0$${salt}$${tag}`,
      `$pbkdf2-sha256$i=1000,l=31$${salt}$${tag}`,
      `$pbkdf2-sha1$i=1000$${salt}$${tag}`,
      `pbkdf2_sha1$1000$salt$${tag}`,
      `pbkdf2_sha256$1000$salt$c2hvcnQ=`,
      `pbkdf2_sha256$1000$salt$`,
    ];
    for (const text of unknown) assert.equal(refusal(text), "unknown_hash", text);
  });

  test("is refused when its pepper or its project's key is not at hand", () => {
    const peppered = `$argon2id$v=19$m=19456,t=2,p=1,keyid=MjAyNg$${salt}$${tag}`;
    const pepper = { id: "2026", secret: new Uint8Array(32) };
    assert.equal(refusal(peppered), "unknown_pepper");
    assert.equal(refusal(peppered, { pepper }), "taken");
    assert.equal(refusal(peppered, { earlierPeppers: [pepper] }), "taken");
    assert.equal(refusal(`$firebase-scrypt$ln=14,r=8$${salt}$${tag}`, {}), "no_firebase_key");
  });

  test("is read in time that grows with its length alone", () => {
    for (const text of [
      "$argon2id$".repeat(50),
      "$".repeat(512),
      `$scrypt$ln=1,r=1,p=1$${"$".repeat(490)}`,
      "A".repeat(512),
    ]) {
      assert.equal(readStoredHash(text), undefined);
    }
  });
});
