import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startServer } from "#browser/playground.ts";
import { type Document, parseDocument, tableRows } from "./markdown.ts";
import { shipped } from "./support/shipped.ts";

const root = join(import.meta.dirname, "../..");
const manual = (name: string): Document => parseDocument(name, readFileSync(join(root, "docs", name), "utf8"));

let server: Awaited<ReturnType<typeof startServer>>;
let cookie = "";
before(async () => {
  server = await startServer();
  cookie = await signIn();
});
after(() => server.stop());

const client = (): Promise<string> => shipped("createClient", "@cardea/client");
const react = (): Promise<string> => shipped("AuthProvider, SignedIn, useAuth, useSessions", "@cardea/client/react");
const gzipOf = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).byteLength;

/** What a page imports of each package for browsers, as it ships it. */
const imported: ReadonlyMap<string, () => Promise<string>> = new Map([
  ["@cardea/client", client],
  ["@cardea/client/react", react],
]);

/** What is loaded, and how many bytes it has at most. */
const limits: readonly (readonly [what: string, most: number])[] = tableRows(manual("sizes.md"), "Sizes").map(
  ([what = "", most = ""]) => [what.replaceAll("`", ""), Number(most)],
);

test("the manual has a size for every page, for all of the playground's page, and for the client", () => {
  const shown = tableRows(manual("pages.md"), "The pages")
    .map(([path = "", about = ""]) => [path.replaceAll("`", ""), about] as const)
    .filter(([path, about]) => path.startsWith("/pages/") && !/a form posts here|as a file/.test(about))
    .map(([path]) => path);
  const others = ["/", "/playground/script.js", "/playground/style.css", ...imported.keys()];
  assert.deepEqual(limits.map(([what]) => what).toSorted(), [...shown, ...others].toSorted());
});

test("nothing is larger than the manual says, nor much smaller, and no page has 10 KiB", async () => {
  const wrong: string[] = [];
  for (const [what, most] of limits) {
    const size = gzipOf(await (imported.get(what)?.() ?? load(what)));
    const bound = what.startsWith("/pages/") ? Math.min(most, 10_240) : most;
    if (!(size <= bound && size > most / 2)) wrong.push(`${what} has ${size} bytes, not ${most}`);
  }
  assert.deepEqual(wrong, []);
});

test("the client has less than 4000 bytes, gzip, and for React less than 700 more", async (t) => {
  const text = await client();
  t.diagnostic(
    `createClient: ${text.length} bytes minified, ${gzipOf(text)} gzip; react: ${gzipOf(await react())} gzip`,
  );
  assert.ok(text.includes("/sign-in"));
  assert.doesNotMatch(text, /\bfrom"|\bimport\(/, "it needs nothing else");
  assert.ok(gzipOf(text) < 4000);
  assert.ok(gzipOf(await react()) < 700);
});

const urlOf = (path: string): string => `${path.startsWith("/pages/") ? server.issuer : server.url}${path}`;

/** What a browser gets, signed in where that is needed. A link's page is looked at with a token that is none. */
async function load(path: string): Promise<Uint8Array> {
  const query = /confirm$/.test(path) ? "?next=email" : "?token=lt_x";
  const isOfSomebody = path.startsWith("/pages/account");
  const answer = await fetch(`${urlOf(path)}${path.startsWith("/pages/") ? query : ""}`, {
    redirect: "manual",
    headers: isOfSomebody ? { cookie, "sec-fetch-site": "same-origin" } : {},
  });
  assert.equal(answer.status, 200, path);
  return answer.bytes();
}

/** Signs somebody up and in by the forms, and answers the cookies. */
async function signIn(): Promise<string> {
  const body = new URLSearchParams({ email: "ada@example.com", password: "a phrase of several words" });
  const headers = { origin: server.url, "sec-fetch-site": "same-origin" };
  const send = (path: string): Promise<Response> =>
    fetch(urlOf(path), { method: "POST", redirect: "manual", headers, body });
  await send("/pages/sign-up");
  const cookies = (await send("/pages/sign-in")).headers.getSetCookie();
  return cookies.map((one) => one.split(";")[0]).join("; ");
}
