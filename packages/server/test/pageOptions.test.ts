import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memory } from "cardea";
import { type AuthOptions, checkOptions } from "../src/config/options.ts";
import { hostedStyle } from "../src/pages/hostedStyle.ts";
import { contrastFault, themedColors } from "../src/pages/theme.ts";
import { english } from "../src/pages/words/english.ts";
import { german } from "../src/pages/words/german.ts";
import { startIssuer } from "./support/issuer.ts";

const check = (pages: AuthOptions["pages"], more: Partial<AuthOptions> = {}) =>
  checkOptions({ issuer: "https://auth.example.com", store: memory(), ...(pages ? { pages } : {}), ...more }).pages;

describe("colors", () => {
  test("of the house can be read, and those that nobody chose stay", () => {
    assert.equal(contrastFault({}), undefined);
    assert.match(hostedStyle(themedColors({})), /--accent: light-dark\(#2450d3, #93b2ff\)/);
  });

  test("are taken as #rrggbb or #rgb, one for both grounds or one for each, and reach the stylesheet", () => {
    const { colors } =
      check({ colors: { accent: { light: "#0B6B53", dark: "#7fdcc0" }, ink: { light: "#222", dark: "#eee" } } }) ?? {};
    assert.deepEqual(colors?.accent, { light: "#0b6b53", dark: "#7fdcc0" });
    const style = hostedStyle(themedColors(colors ?? {}));
    assert.match(style, /--accent: light-dark\(#0b6b53, #7fdcc0\)/);
    assert.match(style, /--on-accent: light-dark\(#ffffff, #000000\)/);
  });

  const refused: readonly (readonly [AuthOptions["pages"], RegExp])[] = [
    [{ colors: { accent: "red" } }, /pages\.colors\.accent: .*#rrggbb/],
    [{ colors: { accent: "#12345" } }, /pages\.colors\.accent/],
    [{ colors: { accent: "#fff;} body{display:none" } }, /pages\.colors\.accent/],
    [{ colors: { accent: "url(https://evil.example)" } }, /pages\.colors\.accent/],
    [{ colors: { accent: "#ffff00" } }, /accent on paper \(light\) has a contrast of 1\.\d, and people need 4\.5/],
    [{ colors: { ink: { light: "#000000", dark: "#000000" } } }, /ink on paper \(dark\)/],
    [{ colors: { acent: "#000" } as never }, /no option "pages\.colors\.acent"\. Did you mean "accent"\?/],
    [{ logo: "https://evil.example/logo.svg" }, /pages\.logo/],
    [{ logo: "//evil.example/logo.svg" }, /pages\.logo/],
    [{ logo: "/\\evil.example/logo.svg" }, /pages\.logo/],
    [{ logo: "data:text/html;base64,AAAA" }, /pages\.logo/],
    [{ logo: `data:image/png;base64,${"A".repeat(6000)}` }, /at most 6000/],
    [{ name: " " }, /pages\.name/],
    [{ fields: [{ name: "__proto__", label: "x" }] }, /pages\.fields\.0\.name/],
    [{ enabled: false }, /pages\.enabled: Without the hosted pages mails lead nowhere/],
  ];
  for (const [pages, message] of refused) {
    test(`${JSON.stringify(pages).slice(0, 70)} is refused with what to do`, () => {
      assert.throws(() => check(pages), message);
    });
  }
});

test("without the pages there is no route of theirs, and mails lead to the application", async () => {
  const links = { verify: "/verify", reset: "/reset", changeEmail: "/change" };
  const issuer = await startIssuer({
    issuer: "http://localhost:4000/auth",
    pages: { enabled: false },
    mail: {
      links: Object.fromEntries(Object.entries(links).map(([name, path]) => [name, `http://localhost:4000${path}`])),
    },
  });
  assert.deepEqual(issuer.auth.pages, []);
  for (const path of ["/pages/sign-in", "/pages/style.css", "/account"]) {
    assert.equal((await issuer.auth.fetch(new Request(`http://localhost:4000/auth${path}`))).status, 404);
  }
  await issuer.close();
});

test("a name, a logo and fields are on the pages, in the language of the reader, as text", async () => {
  const issuer = await startIssuer({
    pages: {
      name: "A & <b>",
      logo: "data:image/png;base64,AAAA",
      fields: [{ name: "nickname", label: { en: "Nickname", de: "Spitzname" }, required: true }],
    },
  });
  const { text, headers } = await issuer.send("/pages/sign-up", { headers: { "accept-language": "de" } });
  assert.match(text, /A &amp; &lt;b&gt;/);
  assert.match(text, /<img src="data:image\/png;base64,AAAA" alt="" height="28">/);
  assert.match(text, /<label for="field\.nickname">Spitzname<\/label>/);
  assert.match(headers.get("content-security-policy") ?? "", /; img-src data:;/);
  await issuer.close();
});

test("both languages say everything, and differently", () => {
  const texts = (words: object): readonly Named[] =>
    Object.entries(words).flatMap(([name, value]): readonly Named[] =>
      typeof value === "object"
        ? texts(value).map(({ name: inner, text }) => ({ name: `${name}.${inner}`, text }))
        : [{ name, text: value }],
    );
  const [one, other] = [texts(english), texts(german)];
  assert.deepEqual(
    one.map(({ name }) => name),
    other.map(({ name }) => name),
  );
  for (const [index, { name, text }] of one.entries()) {
    if (typeof text !== "string") continue;
    assert.ok(text.length > 1 && other[index]?.text !== text, name);
  }
});

type Named = { readonly name: string; readonly text: unknown };
