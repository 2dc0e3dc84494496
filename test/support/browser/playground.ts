import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "playwright-core";

/** A server as `npm start` starts it, on a free port and with a folder of its own. */
export type Server = { readonly url: string; readonly issuer: string; readonly stop: () => Promise<void> };

/** Starts one; `environment` as of a production server shows what that leaves out. */
export async function startServer(
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-playground-"));
  const bin = join(import.meta.dirname, "../../../packages/server/bin/cardea.js");
  const server = spawn(
    process.execPath,
    [
      "--conditions=@cardea/source",
      bin,
      "serve",
      "--port",
      "0",
      "--data",
      join(folder, "data"),
      "--json",
      "--log-level",
      "error",
      ...words,
    ],
    { stdio: ["ignore", "pipe", "inherit"], cwd: folder, env: { ...environment } },
  );
  const ended = once(server, "exit");
  let text = "";
  for await (const line of createInterface(server.stdout)) {
    text += line;
    if (line.includes("}")) break;
  }
  const { issuer, port }: { issuer: string; port: number } = JSON.parse(text);
  return {
    url: `http://localhost:${port}`,
    issuer,
    stop: async () => {
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** The services of the page, in their order. */
export const services = ["orders", "billing"] as const;

/** What both services are to say: the code of the refusal, or `accepted`. Waits for it, and fails when it does not come. */
export async function expectBoth(page: Page, code: string): Promise<void> {
  for (const service of services) {
    const shown = page.locator(`#${service} .code code`);
    await shown
      .filter({ hasText: new RegExp(`^${code}$`) })
      .waitFor()
      .catch(async () => {
        assert.fail(`${service} says ${await shown.textContent()}, not ${code}`);
      });
  }
}

/** Opens the page with settings, as a URL has them. */
export async function openPlayground(
  page: Page,
  url: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await page.goto(`${url}/?${new URLSearchParams(settings)}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Signs up by the form, and answers the address. */
export async function signUp(page: Page): Promise<string> {
  const email = await page.getByLabel("Email").inputValue();
  await page.getByRole("button", { name: "Sign up and get a token" }).click();
  await page.getByText("The session is live.").waitFor();
  return email;
}

/** Presses a button by its name. */
export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

/** The token as it stands in the editor. */
export const tokenOf = (page: Page): Promise<string> => page.getByLabel("The token, as it is sent").inputValue();

/** The JSON of a part of a token. */
export function partOf(token: string, at: 0 | 1): Record<string, unknown> {
  const part = token.split(".")[at];
  assert.ok(part !== undefined);
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
