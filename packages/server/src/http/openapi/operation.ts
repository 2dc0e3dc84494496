import { type ProblemCode, problemMediaType, problems } from "@cardea/verifier/wire";
import type { Answer } from "../answer.ts";
import { refusalsOf } from "../refusalsOf.ts";
import type { Guard, Route } from "../route.ts";
import type { Components } from "./components.ts";

/** One row of the table as an Operation Object of OpenAPI 3.1. */
export const operation = (route: Route, components: Components): object => ({
  operationId: route.operationId,
  summary: route.summary,
  security: security[route.guard],
  "x-csrf": route.csrf,
  ...(route.scope === undefined ? {} : { "x-scope": route.scope }),
  ...(route.fresh === undefined ? {} : { "x-fresh-seconds": route.fresh }),
  parameters: [...pathParameters(route), ...queryParameters(route, components)],
  ...requestBody(route, components),
  responses: responses(route, components),
});

const security: Readonly<Record<Guard, readonly object[]>> = {
  public: [],
  bearer: [{ bearer: [] }, { cookie: [] }],
  service: [{ service: [] }],
};

const pathParameters = ({ path }: Route): readonly object[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    example: "m1ZpQ0aVtPz1kLmN8sRwUg",
  }));

function queryParameters({ query }: Route, components: Components): readonly object[] {
  if (!query) return [];
  const examples: Readonly<Record<string, unknown>> = query.example;
  return Object.entries(query.schema.shape).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: components.request(schema),
    ...(examples[name] === undefined ? {} : { example: examples[name] }),
  }));
}

function requestBody({ body }: Route, components: Components): object {
  if (body === "none") return {};
  const content = { [body.type]: { schema: components.request(body.schema), example: body.example } };
  return { requestBody: { required: !body.optional, content } };
}

/** By status; where an answer and refusals share one, it has the content of both. */
function responses(route: Route, components: Components): Record<string, Response> {
  const all = [...route.answers.map((one) => answer(one, components)), ...refusals(route, components)];
  const byStatus = Map.groupBy(all, ({ status }) => status);
  return Object.fromEntries([...byStatus].map(([status, these]) => [status, joined(these)]));
}

type Response = { readonly description: string; readonly headers?: object; readonly content?: object };
type StatusResponse = { readonly status: number; readonly response: Response };

const joined = (these: readonly StatusResponse[]): Response => ({
  ...Object.assign({}, ...these.map(({ response }) => response)),
  description: these.map(({ response }) => response.description).join("; "),
  ...(these.some(({ response }) => response.content)
    ? { content: Object.assign({}, ...these.map(({ response }) => response.content)) }
    : {}),
});

function answer({ status, description, headers, content }: Answer, components: Components): StatusResponse {
  const shown = Object.entries(headers).map(([name, about]) => [
    name,
    { description: about, schema: { type: "string" } },
  ]);
  const response = {
    description,
    ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }),
    ...(content === undefined
      ? {}
      : { content: { [content.type]: { schema: components.answer(content.schema), example: content.example } } }),
  };
  return { status, response };
}

/** Refusals of one status are one response, whose `code` is one of those; each has its example. */
function refusals(route: Route, components: Components): readonly StatusResponse[] {
  const byStatus = Map.groupBy(refusalsOf(route), (code) => problems[code].status);
  return [...byStatus].map(([status, codes]) => ({ status, response: refusal(codes, components) }));
}

const refusal = (codes: readonly ProblemCode[], components: Components): Response => ({
  description: codes.map((code) => problems[code].title).join("; "),
  content: {
    [problemMediaType]: {
      schema: components.problem(codes),
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});
