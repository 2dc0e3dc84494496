import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Browser, Page } from "playwright-core";

/** A screen to take a picture of: how to get there, and which part is at the top of it. */
export type Shot = {
  readonly name: string;
  /** A CSS selector. */
  readonly top: string;
  /** In CSS pixels. */
  readonly height: number;
  /** Which appearances are pictured; pictures are large. */
  readonly schemes: readonly Scheme[];
  readonly open: (page: Page) => Promise<void>;
};

/** An appearance that pages have. */
export type Scheme = "light" | "dark";

/** Each of them. */
export const bothSchemes: readonly Scheme[] = ["light", "dark"];

/** Takes a picture, as a PNG at one pixel for each of CSS. */
export async function take(
  browser: Browser,
  shot: Shot,
  { scheme, file }: { readonly scheme: Scheme; readonly file: string },
): Promise<void> {
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width: 1280, height: shot.height },
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await shot.open(page);
  const { y = 0 } = (await page.locator(shot.top).boundingBox()) ?? {};
  const scrolled: number = await page.evaluate("scrollY");
  await page.evaluate(`scrollTo(0, ${shot.top === "body" ? 0 : y + scrolled - 16})`);
  await page.mouse.move(0, 0);
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file, caret: "hide" });
  await context.close();
}
