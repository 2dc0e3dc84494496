import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { startServer } from "#browser/playground.ts";
import { type Document, parseDocument, tableRows } from "./markdown.ts";

const root = join(import.meta.dirname, "../..");
const manual = (name: string): Document => parseDocument(name, readFileSync(join(root, "docs", name), "utf8"));

let server: Awaited<ReturnType<typeof startServer>>;
let cookie = "";
before(async () => {
  server = await startServer();
  cookie = await signIn();
});
after(() => server.stop());

/** What a page imports of each package for browsers. */
const imported: Readonly<Record<string, string>> = {
  "@cardea/client": "createClient",
  "@cardea/client/react": "AuthProvider, SignedIn, useAuth, useSessions",
};

/** What is loaded, and how many bytes it has at most. */
const limits: readonly (readonly [what: string, most: number])[] = tableRows(manual("sizes.md"), "Sizes").map(
  ([what = "", most = ""]) => [what.replaceAll("`", ""), Number(most)],
);

test("the manual has a size for every page, for all of the playground's page, and for the client", () => {
  const shown = tableRows(manual("pages.md"), "The pages")
    .map(([path = "", about = ""]) => [path.replaceAll("`", ""), about] as const)
    .filter(([path, about]) => path.startsWith("/pages/") && !/a form posts here|as a file/.test(about))
    .map(([path]) => path);
  const others = ["/", "/playground/script.js", "/playground/style.css", ...Object.keys(imported)];
  assert.deepEqual(limits.map(([what]) => what).toSorted(), [...shown, ...others].toSorted());
});

test("nothing is larger than the manual says, nor much smaller, and no page has 10 KiB", async () => {
  const wrong: string[] = [];
  for (const [what, most] of limits) {
    const size = gzipSync(what in imported ? await bundle(what) : await load(what), { level: 9 }).byteLength;
    const bound = what.startsWith("/pages/") ? Math.min(most, 10_240) : most;
    if (!(size <= bound && size > most / 2)) wrong.push(`${what} has ${size} bytes, not ${most}`);
  }
  assert.deepEqual(wrong, []);
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

/** What a page ships that imports a package, bundled and minified as its own build would, React left out. */
async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${imported[name]} } from "${name}";`, resolveDir: join(root, "packages/client") },
    conditions: ["@cardea/source"],
    external: ["react"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return outputFiles[0]?.text ?? "";
}
