import assert from "node:assert/strict";
import type { Auth } from "cardea";
import { problemForm } from "../../src/http/problemForm.ts";
import { refusalsOf } from "../../src/http/refusalsOf.ts";
import type { Answer } from "./issuer.ts";

type Route = Auth["routes"][number];

/** What was asked: the full path, without a query. */
export type Asked = { readonly method: string; readonly path: string };

/** The row of the table that a request belongs to; a literal path goes before one with a parameter. */
export function rowOf(
  { routes, pages }: Pick<Auth, "routes" | "pages">,
  issuer: string,
  { method, path }: Asked,
): Route | undefined {
  const base = new URL(issuer).pathname.replace(/\/$/, "");
  const wanted = method === "HEAD" ? "GET" : method;
  const fits = (route: Route): boolean => {
    const pattern = ((route.atRoot ? "" : base) + route.path).replace(/:\w+/g, "[^/]+").replaceAll(".", "\\.");
    return route.method === wanted && new RegExp(`^${pattern}$`).test(path);
  };
  return [...routes, ...pages]
    .filter(fits)
    .toSorted((a, b) => Number(a.path.includes(":")) - Number(b.path.includes(":")))[0];
}

/**
 * Asserts of an answer what holds for every answer of an issuer: it is one that the route table declares, in exactly the declared
 * form, with the headers and cookies that belong to it.
 */
export function assertDeclared(
  auth: Pick<Auth, "routes" | "pages">,
  issuer: string,
  asked: Asked,
  answer: Answer,
): void {
  const row = rowOf(auth, issuer, asked);
  const where = `${asked.method} ${asked.path}: ${answer.status} ${answer.text.slice(0, 300)}`;
  assertHeaders(answer, issuer, where);
  for (const cookie of answer.headers.getSetCookie()) assertCookie(cookie, answer, where);
  if (answer.status >= 400 && !isPage(answer)) assertProblem(row, answer, where);
  else if (asked.method !== "OPTIONS") assertAnswer(row, asked, answer, where);
}

const isPage = ({ headers }: Answer): boolean => headers.get("content-type")?.startsWith("text/html") ?? false;

function assertHeaders({ headers, status, text }: Answer, issuer: string, where: string): void {
  assert.equal(headers.get("x-content-type-options"), "nosniff", where);
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'.*frame-ancestors 'none'/, where);
  assert.match(headers.get("referrer-policy") ?? "", /^(?:no-referrer|strict-origin)$/, where);
  assert.match(headers.get("cross-origin-resource-policy") ?? "", /^(?:same-origin|cross-origin)$/, where);
  assert.match(headers.get("x-request-id") ?? "", /^[\w-]{16}$/, where);
  for (const name of ["server", "x-powered-by", "etag", "last-modified"]) assert.equal(headers.get(name), null, where);
  const isSecure = issuer.startsWith("https:");
  assert.equal(
    headers.get("strict-transport-security"),
    isSecure ? "max-age=31536000; includeSubDomains" : null,
    where,
  );
  const isShared = headers.get("access-control-allow-origin") === "*";
  if (isShared) assert.match(headers.get("cache-control") ?? "", /^public, max-age=\d+$/, where);
  else {
    assert.equal(headers.get("cache-control"), "no-store", where);
    for (const name of ["Sec-Fetch-Site", "Origin", "Cookie"])
      assert.match(headers.get("vary") ?? "", new RegExp(name), where);
  }
  if (text !== "") assert.ok(headers.get("content-type"), where);
  if (status === 401 && !/invalid_credentials|invalid_grant/.test(text))
    assert.match(headers.get("www-authenticate") ?? "", /^(?:Bearer|Basic)\b/, where);
  if (status === 503 || status === 429) assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/, where);
  if (status === 429) assert.match(headers.get("ratelimit") ?? "", /^"\w+";r=0;t=[1-9]\d*$/, where);
}

/** RFC 6265bis: what `__Host-` asks for, unreadable to scripts, to one site, no longer than browsers keep any, and short enough. */
function assertCookie(cookie: string, { text }: Answer, where: string): void {
  const [pair = "", ...attributes] = cookie.split("; ");
  const [name = "", value = ""] = pair.split("=");
  assert.match(name, /^__Host-[A-Za-z0-9_-]+-(?:access|refresh|device|language|notice)$/, where);
  const site = /-(?:access|language)$/.test(name) ? "SameSite=Lax" : "SameSite=Strict";
  const [maxAge = ""] = attributes.filter((one) => one.startsWith("Max-Age="));
  assert.deepEqual(attributes.toSorted(), [site, "Secure", "HttpOnly", "Path=/", maxAge].toSorted(), where);
  assert.ok(Number(maxAge.slice(8)) >= 0 && Number(maxAge.slice(8)) <= 34_560_000, where);
  assert.ok(Buffer.byteLength(pair) - 1 <= 4096, where);
  if (!/-(?:language|notice)$/.test(name)) assert.ok(value === "" || !text.includes(value), where);
}

function assertProblem(row: Route | undefined, { status, body, headers }: Answer, where: string): void {
  assert.equal(headers.get("content-type"), "application/problem+json", where);
  const problem = problemForm.safeParse(body);
  assert.ok(problem.success, `${where} ${problem.error?.message}`);
  assert.equal(problem.data.status, status, where);
  const known = row ? refusalsOf(row) : (["not_found", "method_not_allowed"] as const);
  assert.ok(known.some((code) => code === problem.data.code) || problem.data.code === "method_not_allowed", where);
}

function assertAnswer(
  row: Route | undefined,
  asked: Asked,
  { status, headers, body, text }: Answer,
  where: string,
): void {
  const declared = row?.answers.find((one) => one.status === status);
  assert.ok(declared, `not declared: ${where}`);
  if (asked.method === "HEAD" || !declared.content) {
    assert.equal(text, "", where);
    return;
  }
  const { type, schema } = declared.content;
  const charset = type === "application/json" || type.startsWith("text/h") || type.startsWith("text/css");
  assert.equal(headers.get("content-type"), charset ? `${type}; charset=utf-8` : type, where);
  const fitting = schema.safeParse(/json$/.test(type) ? body : text);
  assert.ok(fitting.success, `${where} ${fitting.error?.message}`);
}
