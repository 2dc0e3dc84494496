import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../corpus", import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
const names = readdirSync(folder).filter((name) => /^(?!keys|schema).*\.json$/.test(name));

/** As much of JSON Schema as schema.json uses. */
type Schema = {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false;
  readonly oneOf?: readonly Schema[];
};

const schema = read("schema.json") as Schema;

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  return Number.isInteger(value) ? "integer" : typeof value;
};

/** Every way in which a value does not fit, with the place. */
function faults(value: unknown, rule: Schema, at: string): readonly string[] {
  if (rule.$ref !== undefined) return faults(value, definition(rule.$ref), at);
  if (rule.type !== undefined && rule.type !== typeOf(value)) return [`${at} is no ${rule.type}`];
  if (rule.enum !== undefined && !rule.enum.includes(value)) return [`${at} is none of the allowed values`];
  if (rule.oneOf?.filter((one) => faults(value, one, at).length === 0).length === 0) return [`${at} fits no choice`];
  if ((rule.oneOf?.filter((one) => faults(value, one, at).length === 0).length ?? 1) > 1) return [`${at} fits several`];
  if (typeof value === "string") return textFaults(value, rule, at);
  if (Array.isArray(value)) return listFaults(value, rule, at);
  return typeof value === "object" && value !== null ? memberFaults(value, rule, at) : [];
}

function definition(reference: string): Schema {
  const found = schema.$defs?.[reference.replace("#/$defs/", "")];
  assert.ok(found, `schema.json has no ${reference}`);
  return found;
}

const textFaults = (text: string, { minLength = 0, pattern = "" }: Schema, at: string): readonly string[] =>
  text.length >= minLength && new RegExp(pattern, "u").test(text) ? [] : [`${at} is not of the form ${pattern}`];

const listFaults = (list: readonly unknown[], { minItems = 0, items = {} }: Schema, at: string): readonly string[] => [
  ...(list.length < minItems ? [`${at} is too short`] : []),
  ...list.flatMap((item, index) => faults(item, items, `${at}[${index}]`)),
];

function memberFaults(value: object, { required = [], properties = {}, ...rule }: Schema, at: string) {
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at} has no ${name}`);
  const others = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    if (known !== undefined) return faults(member, known, `${at}.${name}`);
    return rule.additionalProperties === false ? [`${at} has a member ${name}`] : [];
  });
  return [...missing, ...others];
}

describe("the format of the corpus", () => {
  for (const name of names) {
    test(`${name} fits schema.json and is named after its kind`, () => {
      const file = read(name) as { readonly kind: string };
      assert.deepEqual(faults(file, schema, name), []);
      assert.equal(`${file.kind}.json`, name);
    });
  }

  test("what does not fit is found", () => {
    const sound = (read("controls.json") as { readonly cases: readonly object[] }).cases[0] ?? {};
    const file = (one: object) => ({ kind: "form", about: "x", cases: [one] });
    assert.deepEqual(faults(file(sound), schema, "file"), []);
    const broken = [
      { ...sound, id: "Not an id" },
      { ...sound, title: "no sentence" },
      { ...sound, expected: "refused" },
      { ...sound, token: 1 },
      { ...sound, import: { as: "public", alg: "ES256", value: {} } },
      { ...sound, keys: [] },
      { ...sound, policy: { issuer: "https://issuer.test", audience: "api" } },
      { ...sound, comment: "" },
    ];
    for (const one of broken) assert.equal(faults(file(one), schema, "file").length, 1, JSON.stringify(one));
  });

  test("keys.json names each key after its kid, and every key has one algorithm", () => {
    const { keys } = read("keys.json") as { readonly keys: Readonly<Record<string, { kid: string; alg: string }>> };
    assert.ok(Object.keys(keys).length >= 14);
    for (const [name, { kid, alg }] of Object.entries(keys)) assert.deepEqual([name, alg.toLowerCase()], [kid, kid]);
  });

  test("the files are in ASCII, so that whatever is odd in a token is seen", () => {
    for (const name of names.filter((name) => name.endsWith(".json"))) {
      const odd = /[^\n -~]/.exec(readFileSync(join(folder, name), "utf8").replaceAll("§", ""));
      assert.equal(odd, null, name);
    }
  });
});
