import { describeFault } from "../fetchText.ts";
import type { RevocationState, RevocationStatus } from "./status.ts";

/** What has happened to a view so far, and the state that it makes. */
export type Standing = {
  /** The feed left something out. */
  readonly gap: () => void;
  /** Everything is asked for again. */
  readonly resync: () => void;
  readonly fault: (thrown: unknown) => void;
  /** A lease was granted, so nothing is missing. */
  readonly confirmed: () => void;
  readonly close: () => void;
  /** `heard`: the feed has said which log it is. `live`: the lease holds. */
  readonly read: (now: {
    readonly heard: boolean;
    readonly live: boolean;
  }) => Pick<RevocationStatus, "state" | "gaps" | "resyncs" | "fault">;
};

/** Nothing has happened yet. */
export function createStanding(): Standing {
  let [gaps, resyncs] = [0, 0];
  let [confirmed, refilling, closed] = [false, false, false];
  let fault: string | undefined;

  const stateOf = (heard: boolean, live: boolean): RevocationState => {
    if (closed) return "draining";
    if (!confirmed) return heard ? "syncing" : "starting";
    if (!live) return "stale";
    return refilling ? "resync" : "live";
  };

  return {
    gap: () => {
      gaps += 1;
      refilling = true;
    },
    resync: () => {
      resyncs += 1;
      refilling = true;
    },
    fault: (thrown) => {
      fault = describeFault(thrown);
    },
    confirmed: () => {
      confirmed = true;
      refilling = false;
      fault = undefined;
    },
    close: () => {
      closed = true;
    },
    read: ({ heard, live }) => ({ state: stateOf(heard, live), gaps, resyncs, fault }),
  };
}
