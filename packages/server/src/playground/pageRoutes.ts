import { type Route, route } from "../http/route.ts";
import type { WebFile } from "../web/webFile.ts";
import { documentAnswer, scriptAnswer, styleAnswer } from "./answers.ts";
import { playgroundPage } from "./page.ts";
import { playgroundStyle } from "./style/style.ts";

/** Where the page is; the first is the front page of the server. */
export const pagePaths = ["/", "/playground"] as const;

/** The page, its stylesheet and its script. */
export const pageRoutes = ({
  issuer,
  webFile,
}: {
  readonly issuer: string;
  readonly webFile: WebFile;
}): readonly Route[] => [
  ...pagePaths.map((path, at) =>
    row({ path, operationId: `playgroundPage${at}`, summary: "The playground." }, async () =>
      documentAnswer(playgroundPage({ issuer })),
    ),
  ),
  row({ path: "/playground/style.css", operationId: "playgroundStyle", summary: "Styles it." }, async () =>
    styleAnswer(playgroundStyle),
  ),
  row({ path: "/playground/script.js", operationId: "playgroundScript", summary: "Runs it." }, async () =>
    scriptAnswer(await webFile("playground")),
  ),
];

const row = (shape: Pick<Route, "path" | "operationId" | "summary">, answer: () => Promise<Response>): Route =>
  route({ ...shape, method: "GET", guard: "public", csrf: "safe", body: "none", answers: [] }, answer);
