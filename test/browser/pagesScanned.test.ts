import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { openStage } from "#browser/stage.ts";
import { newVisitor, signInElsewhere } from "#browser/visitor.ts";
import { scan, wapiti } from "#browser/wapiti.ts";
import { whereInstalled } from "#servers/software.ts";
import { closing } from "../support/closing.ts";
import { listen } from "../support/listen.ts";

whereInstalled([wapiti], "what a scanner makes of the pages", () => {
  test("R-15, R-16: the scanner finds what is wrong with a page that echoes and redirects", async () => {
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://localhost");
      const to = searchParams.get("returnTo");
      response.setHeader("Content-Type", "text/html");
      if (to) response.writeHead(303, { Location: to }).end();
      else response.end(`<a href="/?name=you">again</a><a href="/?returnTo=/x">on</a>${searchParams.get("name")}`);
    });
    const url = `http://localhost:${await listen(server)}/`;
    const { found } = await scan([url]);
    server.close();
    assert.ok(found.some((line) => /^Cross Site Scripting/.test(line)));
    assert.ok(found.some((line) => /^Open Redirect/.test(line)));
  });

  test("R-15, R-16: it finds nothing on the hosted pages, signed in or not", async () => {
    const stage = closing(await openStage());
    const { issuer } = stage;
    const visitor = await newVisitor(stage);
    const bearer = await signInElsewhere(stage, visitor);
    const pages = ["sign-in", "sign-up", "forgot", "signed-out", "account", "account/sessions", "account/email"];
    const asked = ["?returnTo=/x", "?lang=de", "?email=a@example.com"];
    const strangers = pages.flatMap((page) => ["", ...asked].map((query) => `${issuer}/pages/${page}${query}`));
    const links = ["verify", "reset", "change-email"].map((page) => `${issuer}/pages/${page}?token=ab`);
    const origin = new URL(issuer).origin;
    const { found, crawled } = await scan(
      [...strangers, ...links, `${issuer}/dev/inbox`],
      [`Origin: ${origin}`, `Cookie: __Host-cardea-access=${bearer}`],
    );
    assert.deepEqual(found, []);
    assert.ok(crawled > 20, `only ${crawled} pages were tried`);
  });
});
