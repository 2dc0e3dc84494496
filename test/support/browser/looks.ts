import type { Browser, BrowserContext } from "playwright-core";

/** How somebody sees a page. */
export type Look = {
  readonly name: string;
  readonly colorScheme: "light" | "dark";
  /** In CSS pixels; 320 is what WCAG 2.2 1.4.10 asks pages to reflow to. */
  readonly width: 320 | 1280;
  readonly script: boolean;
};

/** With and without JavaScript, light and dark, narrow and wide. */
export const looks: readonly Look[] = (["light", "dark"] as const).flatMap((colorScheme) =>
  ([320, 1280] as const).flatMap((width) =>
    [true, false].map((script) => ({
      name: `${colorScheme}, ${width} px, ${script ? "with" : "without"} JavaScript`,
      colorScheme,
      width,
      script,
    })),
  ),
);

/** A fresh profile with that look. */
export const openLook = (browser: Browser, { colorScheme, width, script }: Look): Promise<BrowserContext> =>
  browser.newContext({
    colorScheme,
    viewport: { width, height: width === 320 ? 640 : 800 },
    javaScriptEnabled: script,
    locale: "en-GB",
    reducedMotion: "reduce",
  });
