import { type ProblemCode, problemBody, problems } from "@cardea/verifier/wire";
import type { Route } from "../route.ts";
import { type Components, createComponents } from "./components.ts";
import { operation } from "./operation.ts";

/** What the document says about the issuer itself. */
export type DocumentInfo = {
  readonly issuer: string;
  readonly version: string;
  /** The names of the cookies that carry tokens. */
  readonly cookies: { readonly access: string; readonly refresh: string };
};

/** The OpenAPI 3.1 document of a route table, made of the schemas that check requests and of the answers that handlers give. */
export function openApiDocument(routes: readonly Route[], { issuer, version, cookies }: DocumentInfo): object {
  const components = createComponents();
  const paths = pathsOf(routes, issuer, components);
  return {
    openapi: "3.1.1",
    info: {
      title: "Cardea",
      version,
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Sign in, get a token, verify it anywhere, revoke it everywhere. `x-csrf` of an operation says what keeps other sites from sending it: `same-origin` operations are refused to browsers on pages of foreign origins.",
    },
    servers: [{ url: issuer }],
    paths,
    components: {
      schemas: components.schemas(),
      examples: problemExamples,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token (RFC 6750)." },
        cookie: { type: "apiKey", in: "cookie", name: cookies.access, description: "An access token in a cookie." },
        service: { type: "http", scheme: "basic", description: "A service's id and secret." },
      },
    },
  };
}

const problemExamples = Object.fromEntries(
  (Object.keys(problems) as ProblemCode[]).map((code) => [code, { value: problemBody(code) }]),
);

function pathsOf(routes: readonly Route[], issuer: string, components: Components): Record<string, object> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] ??= route.atRoot ? { servers: [{ url: new URL(issuer).origin }] } : {};
    paths[path][route.method.toLowerCase()] = operation(route, components);
  }
  return paths;
}
