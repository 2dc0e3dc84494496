import { z } from "zod";
import { ok, type Result, refuse } from "../refusal.ts";
import type { Account, Change, PersonStore } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import { canonicalEmail } from "./email.ts";
import type { CheckKeys } from "./passwordHasher/checkKeys.ts";
import { defaultHashCost } from "./passwordHasher/hashCost.ts";
import { checkImportable, type HashRefusal } from "./passwordHasher/importableHash.ts";
import { writeArgon2id } from "./passwordHasher/storedHash/argon2.ts";

/** What became of one row. `detail` says what to mend; neither holds a value of the row. */
export type ImportOutcome =
  | { readonly outcome: "imported"; readonly accountId: string }
  /** The address has an account, which was left as it is. */
  | { readonly outcome: "taken" }
  | { readonly outcome: "refused"; readonly reason: ImportRefusal; readonly detail: string };

/** Why a row was not imported. */
export type ImportRefusal = "malformed_row" | "malformed_email" | "malformed_fields" | HashRefusal;

/** What an import needs: the store's people, the keys of foreign hashes, and how the application's own fields are checked. */
export type ImportParts = {
  readonly people: Pick<PersonStore, "register">;
  readonly world: World;
  readonly keys: CheckKeys;
  readonly checkFields: (given: Account["fields"]) => Promise<Result<Account["fields"], unknown>>;
};

/**
 * Takes over accounts with the password hashes of another system: argon2, bcrypt, scrypt, Firebase's scrypt and PBKDF2, in the
 * forms that `passwordHasher/storedHash` reads. One outcome for each row, in their order; each row is written whole or not at
 * all, and running an import again does nothing but find its accounts taken. Nobody is sent a mail.
 */
export async function* importAccounts(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  parts: ImportParts,
): AsyncGenerator<ImportOutcome, void, undefined> {
  for await (const row of rows) yield await importAccount(row, parts);
}

async function importAccount(input: unknown, { people, ...parts }: ImportParts): Promise<ImportOutcome> {
  const read = await accountOf(input, parts);
  if (!read.ok) return { outcome: "refused", ...read.refusal };
  const account = read.value;
  return people.register(
    account.email,
    (existing): Change<ImportOutcome> =>
      existing ? { answer: { outcome: "taken" } } : { account, answer: { outcome: "imported", accountId: account.id } },
  );
}

type Refused = { readonly reason: ImportRefusal; readonly detail: string };

/** The account of a row, or what is wrong with the row. */
async function accountOf(
  input: unknown,
  { world, keys, checkFields }: Omit<ImportParts, "people">,
): Promise<Result<Account, Refused>> {
  const now = world.now();
  const row = rowSchema.safeParse(input);
  if (!row.success) return refuse({ reason: "malformed_row", detail: describe(row.error.issues) });
  const email = canonicalEmail(row.data.email);
  if (!email.ok) return refuse({ reason: "malformed_email", detail: "email: not an address in ASCII with one @" });
  const { passwordHash, createdAt = now, emailVerified, roles } = row.data;
  if (createdAt > now) return refuse({ reason: "malformed_row", detail: "createdAt: in the future" });
  if (passwordHash !== null) {
    const importable = checkImportable(passwordHash, keys);
    if (!importable.ok)
      return refuse({ reason: importable.refusal, detail: `passwordHash: ${hashDetails[importable.refusal]}` });
  }
  const fields = await checkFields(row.data.fields);
  if (!fields.ok)
    return refuse({ reason: "malformed_fields", detail: "fields: the schema of accounts.fields refuses them" });
  return ok({
    id: randomToken(world, 16),
    email: email.value,
    emailVerifiedAt: emailVerified ? now : undefined,
    passwordHash: passwordHash ?? noPassword(world),
    passwordChangedAt: createdAt,
    roles,
    fields: fields.value,
    createdAt,
    disabledAt: undefined,
  });
}

const rowSchema = z.strictObject({
  email: z.string().max(254),
  /** `null` for somebody who had no password there: a reset gives them one. */
  passwordHash: z.string().nullable(),
  roles: z.array(z.string().min(1).max(64)).max(100).default([]),
  emailVerified: z.boolean().default(false),
  fields: z.record(z.string(), z.unknown()).default({}),
  /** Milliseconds since the epoch, or ISO 8601. */
  createdAt: z
    .union([z.int().nonnegative(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
    .optional(),
});

/** Where the row does not fit and how, without what stands there. */
const describe = (issues: readonly z.core.$ZodIssue[]): string =>
  issues
    .map((issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown names beside ${Object.keys(rowSchema.shape).join(", ")}`
        : `${issue.path.join(".") || "row"}: ${issue.code === "invalid_type" ? `${issue.expected} expected` : "does not fit"}`,
    )
    .join("; ");

const hashDetails: Readonly<Record<HashRefusal, string>> = {
  unknown_hash: "no known form of argon2, bcrypt, scrypt, Firebase's scrypt or PBKDF2",
  hash_too_costly: "checking it would take more than 256 MiB or about two seconds",
  unknown_pepper: "its pepper is not in passwords.pepper or passwords.earlierPeppers",
  no_firebase_key: "Firebase's hashes need passwords.firebase: { signerKey, saltSeparator }",
};

/** A hash that no password has. */
const noPassword = (world: World): string =>
  writeArgon2id(defaultHashCost, { salt: world.random(16), hash: world.random(32), pepperId: undefined });
