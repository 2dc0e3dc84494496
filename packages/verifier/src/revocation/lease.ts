import type { World } from "../world.ts";
import type { RevocationView } from "./view.ts";

/** How far the view can be trusted: live while the store confirmed, no longer than `maxStalenessMs` ago, that nothing is missing. */
export type Lease = {
  readonly read: () => { readonly live: boolean; readonly stalenessMs: number };
  /** Asks for the head now instead of at the next turn. */
  readonly poke: () => void;
  /** To be called when the view moved: a head that was ahead may have been reached. */
  readonly settle: () => void;
  readonly close: () => void;
};

/** What a lease is built from. */
export type LeaseConfig = {
  readonly view: Pick<RevocationView, "epoch" | "position">;
  readonly world: Pick<World, "now" | "monotonic" | "random">;
  readonly maxStalenessMs: number;
  readonly pollMs: number;
  /** The log's head by a store read that began after the question was sent. */
  readonly askHead: (signal: AbortSignal) => Promise<{ readonly epoch: string; readonly head: number }>;
  readonly on: {
    readonly granted: () => void;
    /** The log is ahead of the view, or another one. */
    readonly behind: (head: { readonly epoch: string; readonly head: number }) => void;
    /** What the view holds may be incomplete: the log is shorter than the view, or the clock went back, and what expired by a clock that was ahead from the start is alive again. */
    readonly incomplete: () => void;
    readonly fault: (fault: unknown) => void;
  };
};

/**
 * Starts asking for the head. A grant counts from the moment the question was *sent*, by the monotonic clock: the answer says
 * nothing about revocations made while it travelled. A wall clock that moves against the monotonic one (the machine slept, or
 * somebody set the time) voids the lease.
 */
export function createLease({ view, world, maxStalenessMs, pollMs, askHead, on }: LeaseConfig): Lease {
  const closing = new AbortController();
  let grant: Moment | undefined;
  let voided = false;
  let lastAsked: Moment | undefined;
  let awaited: readonly Awaited[] = [];
  let asking = false;
  let askAgain = false;
  let timer: NodeJS.Timeout | undefined;

  const settle = (): void => {
    const reached = awaited.filter(({ epoch, head }) => epoch === view.epoch && view.position >= head).at(-1);
    if (reached === undefined) return;
    awaited = awaited.filter(({ sent }) => sent.monotonic > reached.sent.monotonic);
    if (clockMoved(reached.sent, moment(world))) return;
    grant = reached.sent;
    voided = false;
    on.granted();
  };

  const answered = (sent: Moment, applied: number, answer: { epoch: string; head: number }): void => {
    const sameLog = answer.epoch === view.epoch;
    if (sameLog && answer.head < applied) {
      on.incomplete();
      return;
    }
    awaited = [...awaited, { sent, ...answer }].slice(-8);
    settle();
    if (!sameLog || view.position < answer.head) on.behind(answer);
  };

  const ask = async (): Promise<void> => {
    const sent = moment(world);
    if (lastAsked !== undefined && sent.wall - sent.monotonic < lastAsked.wall - lastAsked.monotonic - jumpMs) {
      on.incomplete();
    }
    lastAsked = sent;
    const { epoch, position } = view;
    try {
      const answer = await askHead(closing.signal);
      if (!closing.signal.aborted) answered(sent, epoch === answer.epoch ? position : 0, answer);
    } catch (fault) {
      on.fault(fault);
    }
  };

  /** Who comes while a question travels gets another one after it: that one may have been answered before they knew what they know. */
  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    if (closing.signal.aborted) return;
    askAgain = asking;
    if (asking) return;
    asking = true;
    await ask();
    asking = false;
    if (askAgain) return turn();
    if (closing.signal.aborted) return;
    timer = setTimeout(turn, pollMs * (0.75 + 0.5 * world.random()));
    timer.unref();
  };

  const read = (): { live: boolean; stalenessMs: number } => {
    if (grant === undefined) return { live: false, stalenessMs: Number.POSITIVE_INFINITY };
    const now = moment(world);
    const stalenessMs = Math.max(now.monotonic - grant.monotonic, now.wall - grant.wall);
    if (!voided && clockMoved(grant, now)) {
      voided = true;
      void turn();
    }
    return { live: !voided && stalenessMs < maxStalenessMs, stalenessMs };
  };

  void turn();
  return {
    read,
    poke: () => void turn(),
    settle,
    close: () => {
      clearTimeout(timer);
      closing.abort(new Error("closed"));
    },
  };
}

/** One instant on both clocks, in milliseconds. */
type Moment = { readonly wall: number; readonly monotonic: number };

/** A head that the view had not reached when it was told. */
type Awaited = { readonly sent: Moment; readonly epoch: string; readonly head: number };

const moment = ({ now, monotonic }: Pick<World, "now" | "monotonic">): Moment => ({
  wall: now(),
  monotonic: monotonic(),
});

/** More than a clock is ever slewed between two questions, less than any sleep worth the name. */
const jumpMs = 500;

const clockMoved = (from: Moment, to: Moment): boolean =>
  Math.abs(to.wall - from.wall - (to.monotonic - from.monotonic)) > jumpMs;
