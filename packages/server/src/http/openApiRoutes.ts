import { z } from "zod";
import { jsonAnswer } from "./answer.ts";
import { cachedFor } from "./cachedFor.ts";
import { type DocumentInfo, openApiDocument } from "./openapi/document.ts";
import { type Route, route } from "./route.ts";

/** The document of a table, as one more route of that table: it describes itself too. */
export function withOpenApiRoute(routes: readonly Route[], info: DocumentInfo): readonly Route[] {
  let document: object | undefined;
  const all: readonly Route[] = [
    ...routes,
    route(
      {
        method: "GET",
        path: "/openapi.json",
        operationId: "getOpenApi",
        summary: "This document.",
        guard: "public",
        csrf: "safe",
        body: "none",
        answers: [documentAnswer],
      },
      async () => {
        document ??= openApiDocument(all, info);
        return documentAnswer.with({ ...document, openapi: "3.1.1" }, cachedFor(300));
      },
    ),
  ];
  return all;
}

const documentAnswer = jsonAnswer(
  { status: 200, description: "OpenAPI 3.1." },
  z.looseObject({ openapi: z.literal("3.1.1") }).meta({ id: "OpenApi", description: "See the OpenAPI specification." }),
  { openapi: "3.1.1" },
);
