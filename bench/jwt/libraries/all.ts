import type * as Cardea from "@cardea/jwt";
import type { Library } from "../task.ts";
import { awsJwtVerify } from "./awsJwtVerify.ts";
import { cardea } from "./cardea.ts";
import { fastJwt } from "./fastJwt.ts";
import { hono } from "./hono.ts";
import { jose } from "./jose.ts";
import { jsonwebtoken } from "./jsonwebtoken.ts";
import { raw, rawAndJson } from "./raw.ts";

/** The yardsticks, ours, then the others. */
export const libraries = async (jwt: typeof Cardea): Promise<readonly Library[]> => [
  raw,
  rawAndJson,
  cardea(jwt),
  fastJwt,
  jsonwebtoken,
  jose,
  awsJwtVerify,
  hono,
  ...(await nativeOnes()),
];

/** Its binaries are not made for every platform. */
async function nativeOnes(): Promise<readonly Library[]> {
  try {
    return [(await import("./nodeRs.ts")).nodeRs];
  } catch {
    console.error("@node-rs/jsonwebtoken has no binary for this platform; it is left out");
    return [];
  }
}
