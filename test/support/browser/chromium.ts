import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { type Software, whereInstalled } from "#servers/software.ts";

const program = "/usr/bin/chromium";

/** Chromium, as Debian has it. */
export const chromiumSoftware: Software = {
  name: "Chromium",
  package: "chromium",
  isInstalled: () => existsSync(program),
};

/** Defines tests that need a browser; a machine without one says so, loudly, and fails in CI. */
export const whereThereIsABrowser = (suite: string, defineTests: () => void): void =>
  whereInstalled([chromiumSoftware], suite, defineTests);

/** Starts a browser without a window that asks nothing of the network by itself. Whoever starts it closes it. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
