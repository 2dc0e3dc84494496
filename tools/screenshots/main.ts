import { statSync } from "node:fs";
import { join } from "node:path";
import { startChromium } from "#browser/chromium.ts";
import { startServer } from "#browser/playground.ts";
import { openStage } from "#browser/stage.ts";
import { hostedShots } from "./hostedShots.ts";
import { playgroundShots } from "./playgroundShots.ts";
import { type Scheme, type Shot, take } from "./shot.ts";

// Every picture of the documents, taken anew from the screens themselves. With names as arguments only those.
const asked = process.argv.slice(2);
const images = join(import.meta.dirname, "../../docs/images");
const browser = await startChromium();
let bytes = 0;

async function takeAll(shots: readonly Shot[]): Promise<void> {
  for (const shot of shots) {
    if (asked.length > 0 && !asked.includes(shot.name)) continue;
    for (const scheme of shot.schemes) {
      const file = join(images, fileOf(shot.name, scheme));
      await take(browser, shot, { scheme, file });
      bytes += statSync(file).size;
      console.log(`${shot.name}, ${scheme}`);
    }
  }
}

try {
  const server = await startServer();
  await takeAll(playgroundShots(server)).finally(server.stop);
  // Visitors as many as the pictures need; what a wrong password says is as by default.
  const many = { perAddress: 1000, perNetwork: 1000 };
  const stage = await openStage({ throttle: { signUp: many, mail: { perAddress: 1000 } } });
  await takeAll(hostedShots(stage)).finally(stage.close);
  console.log(`${Math.round(bytes / 1024)} kB in all`);
} finally {
  await browser.close();
}

/** The picture of the README has a place of its own. */
function fileOf(name: string, scheme: Scheme): string {
  if (name === "playground") return scheme === "light" ? "playground.png" : "playground-dark.png";
  return join("screens", `${name}-${scheme}.png`);
}
