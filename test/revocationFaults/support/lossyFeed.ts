import { endpoints } from "@cardea/verifier/wire";
import { type Chance, chanceFrom } from "./chance.ts";

/** What becomes of frames between the issuer's feed and a verifier. */
export type Losses = {
  readonly seed: number;
  /**
   * The control: each frame says that it goes on from the beginning of the log, so that it is joined although frames before it
   * are missing, and the view says that it has them.
   */
  readonly hidesGaps: boolean;
};

/** How many of a hundred frames are lost, as many come twice, and as many change places with the next: as it is now. */
type Percent = () => number;

/** A `fetch` whose feed loses frames, repeats them and brings them in another order. Everything else passes as it is. */
export function lossyFetch(losses: Losses, percent: Percent, through: typeof fetch): typeof fetch {
  const chance = chanceFrom(losses.seed);
  return async (input, init) => {
    const response = await through(input, init);
    const { pathname } = new URL(String(input));
    if (response.body === null || !pathname.endsWith(endpoints.feed)) return response;
    const body = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(lossy(losses.hidesGaps, percent, chance));
    return new Response(body.pipeThrough(new TextEncoderStream()), response);
  };
}

function lossy(hidesGaps: boolean, percentNow: Percent, chance: Chance): TransformStream<string, string> {
  let unfinished = "";
  let held = "";
  const pass = (event: string): string => {
    if (!event.includes("event: r\n")) return event;
    const frame = hidesGaps ? event.replace(/"from":\d+/, '"from":0') : event;
    const before = held;
    held = "";
    const percent = percentNow();
    const fate = chance.between(1, 100);
    if (fate <= percent) return before;
    if (fate <= 2 * percent) return frame + frame + before;
    if (fate > 3 * percent || before !== "") return frame + before;
    held = frame;
    return "";
  };
  return new TransformStream({
    transform: (text, controller) => {
      const events = (unfinished + text).split("\n\n");
      unfinished = events.pop() ?? "";
      for (const event of events) controller.enqueue(pass(`${event}\n\n`));
    },
  });
}
