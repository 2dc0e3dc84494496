import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { startServer } from "#browser/playground.ts";
import { scan, wapiti } from "#browser/wapiti.ts";
import { whereInstalled } from "#servers/software.ts";
import { closing } from "../support/closing.ts";
import { listen } from "../support/listen.ts";

whereInstalled([wapiti], "what a scanner makes of the playground", () => {
  test("R-16: the scanner finds an API that echoes what comes as JSON", async () => {
    const echo = async (_route: string, body: string): Promise<Response> =>
      new Response(JSON.parse(body).token, { headers: { "content-type": "text/html" } });
    const { url, close } = await openForms(echo);
    const { found } = await scan([url]);
    close();
    assert.ok(found.some((line) => /^Cross Site Scripting/.test(line)));
  });

  test("R-15, R-16: the scanner finds nothing on the playground, nor by the routes that its page asks", async () => {
    const server = await startServer();
    closing({ close: server.stop });
    const headers = { "content-type": "application/json", origin: server.url, "sec-fetch-site": "same-origin" };
    const statuses: number[] = [];
    const { url, close } = await openForms(async (route, body) => {
      const answer = await fetch(`${server.url}/playground/api/${route}`, { method: "POST", headers, body });
      statuses.push(answer.status);
      return answer;
    });
    const queries = ["", "?mode=hybrid&alg=ES256&policy=deny", "?view=inspect&token=x", "?returnTo=/x"];
    const pages = ["/", "/playground"].flatMap((path) => queries.map((query) => `${server.url}${path}${query}`));
    const issuer = `${server.url}/playground/issuers/hybrid-ES256`;
    const others = [
      `${server.url}/playground/api/travel?id=1`,
      `${issuer}/me?x=1`,
      `${issuer}/pages/sign-in?returnTo=/x`,
    ];
    const reports = [await scan([...pages, ...others]), await scan([url])];
    close();
    assert.deepEqual(
      reports.flatMap(({ found }) => found),
      [],
    );
    assert.ok(reports.every(({ crawled }) => crawled > 5));
    for (const status of [200, 400]) assert.ok(statuses.filter((one) => one === status).length > 4, `${statuses}`);
  });
});

/** What the page of the playground sends, by route. */
const calls: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  check: { mode: "hybrid", alg: "ES256", policy: "deny", token: "a.b.c" },
  act: { mode: "hybrid", alg: "ES256", act: "rotate_key", token: "a.b.c" },
  watch: { mode: "hybrid", alg: "ES256", policy: "deny", token: "a.b.c" },
  travel: { id: "1" },
  inspect: { token: "a.b.c" },
};

/** A page of forms whose fields an API gets as JSON: the scanner sends none by itself. What the API answers goes back as it is. */
async function openForms(
  api: (route: string, body: string) => Promise<Response>,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const form = ([route, fields]: readonly [string, Readonly<Record<string, string>>]): string =>
    `<form method="post" action="/${route}">${Object.entries(fields)
      .map(([field, value]) => `<input name="${field}" value="${value}">`)
      .join("")}</form>`;
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(Object.entries(calls).map(form).join(""));
      return;
    }
    const fields = Object.fromEntries(
      [...new URLSearchParams(await text(request))].map(([name, value]) => [
        name,
        name === "id" ? Number(value) : value,
      ]),
    );
    const answer = await api((request.url ?? "/").slice(1), JSON.stringify(fields));
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.bytes());
  });
  return { url: `http://localhost:${await listen(server)}/`, close: () => server.close() };
}
