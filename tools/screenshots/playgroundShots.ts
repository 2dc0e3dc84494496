import type { Page } from "playwright-core";
import { expectBoth, openPlayground, press, type Server, signUp } from "#browser/playground.ts";
import { bothSchemes, type Shot } from "./shot.ts";

const opened =
  (settings: Readonly<Record<string, string>>, then: (page: Page) => Promise<unknown>) =>
  ({ url }: Server): Shot["open"] =>
  async (page) => {
    await openPlayground(page, url, settings);
    await then(page);
  };

const signedIn = async (page: Page): Promise<void> => {
  await signUp(page);
  await expectBoth(page, "accepted");
  // Some traffic makes the strip of answers worth looking at.
  await page.locator(".strip i.ok").nth(23).waitFor();
};

/** What a person sees on the way, each with the part of the page that it is about. */
const scenes: readonly {
  readonly name: string;
  readonly top: string;
  readonly open: ReturnType<typeof opened>;
}[] = [
  { name: "playground-start", top: "body", open: opened({}, async () => undefined) },
  { name: "playground-token", top: ".columns", open: opened({}, signedIn) },
  {
    name: "playground",
    top: ".columns",
    open: opened({}, async (page) => {
      await signedIn(page);
      await press(page, "Make me admin");
      await expectBoth(page, "bad_signature");
      await page.locator(".strip i.bad").nth(7).waitFor();
    }),
  },
  {
    name: "playground-signed-out",
    top: ".takeBack",
    open: opened({}, async (page) => {
      await signedIn(page);
      await press(page, "Sign out");
      await page.getByText("The session has ended.").waitFor();
      await expectBoth(page, "revoked");
      await page.locator(".strip i.bad").nth(7).waitFor();
    }),
  },
  {
    name: "playground-feed-cut",
    top: ".takeBack",
    open: opened({ policy: "introspect" }, async (page) => {
      await signedIn(page);
      // Both pictures are of one sandbox, whose feed stays cut.
      const isCut = await page.getByRole("button", { name: "Restore the feed" }).isVisible();
      if (!isCut) await press(page, "Cut the feed");
      await page.locator(".outcomes", { hasText: "503 stale_view" }).waitFor();
      await page.locator(".outcomes .ok").nth(3).waitFor();
    }),
  },
  {
    name: "inspector",
    top: "body",
    open: opened({ view: "inspect" }, async (page) => {
      const token = [
        { alg: "HS256", typ: "JWT" },
        { sub: "ada", email: "ada@example.com", password: "hunter2" },
      ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
      await page.getByLabel("Token to inspect").fill(`${token.join(".")}.c2lnbmF0dXJl`);
      await press(page, "Would this server accept it?");
      await page.locator(".result").waitFor();
    }),
  },
];

/** The screens of the playground, and of the inspector. */
export const playgroundShots = (server: Server): readonly Shot[] =>
  scenes.map(({ name, top, open }) => ({
    name,
    top,
    height: 860,
    // The picture of the README goes with the reader's own appearance.
    schemes: name === "playground" ? bothSchemes : ["light"],
    open: open(server),
  }));
