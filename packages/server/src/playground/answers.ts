import { pageHeaders } from "../http/pageAnswer.ts";

/** One script and one stylesheet of its own, calls to its own origin, and nothing else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** The page itself. */
export const documentAnswer = (text: string): Response => answer(text, "text/html");

/** Its stylesheet. */
export const styleAnswer = (text: string): Response => answer(text, "text/css");

/** Its script, in UTF-8. */
export const scriptAnswer = (bytes: Uint8Array): Response => answer(new TextDecoder().decode(bytes), "text/javascript");

/** The page is elsewhere: at the name by which the server knows itself. */
export const movedAnswer = (location: string): Response =>
  new Response(null, { status: 307, headers: { ...pageHeaders("default-src 'none'"), Location: location } });

const answer = (text: string, type: string): Response =>
  new Response(text, { status: 200, headers: { ...pageHeaders(policy), "Content-Type": `${type}; charset=utf-8` } });
