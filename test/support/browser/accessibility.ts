import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { type Look, openLook } from "./looks.ts";

/**
 * What is wrong with a page as it stands by axe's rules for WCAG 2.2 A and AA, one line a violation; none: nothing was found.
 * For a look without JavaScript a copy of the page is examined, the same HTML and styles without its scripts, since axe is one.
 */
export async function accessibilityViolations(page: Page, look: Look): Promise<readonly string[]> {
  const { violations } = look.script ? await runAxe(page) : await runAxeOnCopy(page, look);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`,
  );
}

async function runAxeOnCopy(page: Page, look: Look): Promise<AxeResults> {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser");
  const context = await openLook(browser, { ...look, script: true });
  const copy = await context.newPage();
  const body = (await page.content()).replaceAll(/<script[\s\S]*?<\/script>/g, "");
  await copy.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
  await copy.goto(page.url());
  const results = await runAxe(copy);
  await context.close();
  return results;
}

/** In a world of its own, where the page's policy and scripts take no part. */
async function runAxe(page: Page): Promise<AxeResults> {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId: contextId } = await session.send("Page.createIsolatedWorld", {
    frameId: frameTree.frame.id,
    worldName: "axe",
  });
  await session.send("Runtime.evaluate", { expression: axe.source, contextId });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, ${JSON.stringify(options)}).then((results) => JSON.stringify({ violations: results.violations }))`,
    contextId,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(`axe failed: ${exceptionDetails.exception?.description}`);
  return JSON.parse(String(result.value));
}

const options = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
};
