import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { accessibilityViolations } from "./accessibility.ts";
import { startChromium, whereThereIsABrowser } from "./chromium.ts";
import { type Look, looks, openLook } from "./looks.ts";
import type { Screen } from "./screens.ts";
import { openStage, type Stage } from "./stage.ts";

/**
 * What holds for every screen in every look: it is the screen it should be, has one heading of the first rank, nothing wrong
 * by axe, no scrolling sideways, and breaks no rule of its own policy. Opened once with JavaScript and once without.
 */
export const screenConformance = (suite: string, screens: readonly Screen[]): void =>
  whereThereIsABrowser(suite, () => {
    let stage: Stage;
    let browser: Browser;
    before(async () => {
      stage = await openStage();
      browser = await startChromium();
    });
    after(async () => {
      await browser?.close();
      await stage?.close();
    });
    for (const screen of screens) {
      for (const script of [true, false]) {
        test(`ASVS-3.4.3: ${screen.name}, ${script ? "with" : "without"} JavaScript, in light and dark, narrow and wide`, async () => {
          await holds(screen, { browser, stage, script });
        });
      }
    }
  });

async function holds(
  screen: Screen,
  { browser, stage, script }: { readonly browser: Browser; readonly stage: Stage; readonly script: boolean },
): Promise<void> {
  const mine = looks.filter((look) => look.script === script);
  const [first] = mine;
  assert.ok(first);
  const context = await openLook(browser, first);
  context.setDefaultTimeout(slowMs);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await screen.open(page, stage);
  assert.match(await page.title(), screen.title);
  assert.equal(await page.locator("h1").count(), 1);
  for (const look of mine) {
    await page.setViewportSize({ width: look.width, height: 800 });
    await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: "reduce" });
    assert.ok((await widthOf(page)) <= look.width, `scrolls sideways: ${look.name}`);
    if (isExamined(look)) assert.deepEqual(await accessibilityViolations(page, look), [], look.name);
  }
  assert.deepEqual(complaints, []);
  await context.close();
}

/** A machine that is busy with other tests is slow, and not wrong. */
const slowMs = 100_000;

/** Without JavaScript the same HTML and styles are there, less some buttons: two opposite looks show what that could change. */
const isExamined = ({ script, colorScheme, width }: Look): boolean =>
  script || (colorScheme === "light") === (width === 320);

/** What the browser complains about, but for statuses, which are part of what pages say. */
function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (
      /^(?:error|warning)$/.test(message.type()) &&
      !/^Failed to load resource: the server responded/.test(message.text())
    )
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** How wide the content is, in CSS pixels. */
async function widthOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize } = await session.send("Page.getLayoutMetrics");
  await session.detach();
  return cssContentSize.width;
}

/** The look of a name; fails if there is none. */
export const lookOf = (name: RegExp): Look =>
  looks.find((look) => name.test(look.name)) ?? assert.fail(`no look ${name}`);
