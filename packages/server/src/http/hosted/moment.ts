import type { Frame } from "../../pages/frame.ts";
import { momentPage } from "../../pages/messagePages.ts";
import type { Reply } from "./pageReply.ts";
import { queryOf } from "./parameters.ts";

/**
 * Who comes by a link on another site comes without the cookies that are `SameSite=Strict`, and would be taken for signed out.
 * A page that opens the same address once more is of our own site, and then they are there. Undefined for everybody else.
 */
export function momentReply(request: Request, frame: Frame): Reply | undefined {
  if (request.method !== "GET" || request.headers.get("sec-fetch-site") !== "cross-site") return undefined;
  return { html: momentPage(frame, { again: frame.base + frame.here.path + queryOf(frame.here.keep) }) };
}
