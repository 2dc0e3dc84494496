import { cardea } from "./peers/cardea.ts";
import { fastJwt } from "./peers/fastJwt.ts";
import { hono } from "./peers/hono.ts";
import { jose } from "./peers/jose.ts";
import { jsonwebtoken } from "./peers/jsonwebtoken.ts";
import type { Peer } from "./peers/peer.ts";

/** In the order of the columns. */
export const peers: readonly Peer[] = [cardea, jose, jsonwebtoken, fastJwt, hono];
