import type { Step } from "./explore.ts";
import { catchingUp, correct, type Invariant, nameOf, type Protocol, pushing, sent, type Tools } from "./protocol.ts";
import { frameOf, joined, type Rules, rules } from "./rules.ts";
import type { Frame, State } from "./state.ts";

/** The protocol with one rule broken, and what that breaks. */
export type Variant = {
  readonly name: string;
  readonly protocol: Protocol;
  readonly breaks: readonly Invariant[];
};

const broken = (name: string, change: Partial<Rules>, breaks: readonly Invariant[] = ["bound"]): Variant => ({
  name,
  protocol: { rules: { ...rules, ...change } },
  breaks,
});

/** Each is a mistake that somebody could make, or has made. */
export const variants: readonly Variant[] = [
  broken("naive sequence: positions are taken without holding the head", { mayTake: () => true }),
  broken("acknowledged before the commit", { acknowledgesEarly: true }),
  broken("the head is read after the session's row", { highestRvp: (_, pos) => pos }),
  broken("a cut slice ends at the head", { read: ({ log, head }, after, limit) => cut(log, head, after, limit) }),
  {
    name: "the head is read after the rows, in a snapshot of its own",
    protocol: { ...correct, sending: (state, tools) => [...pushing(state, tools), ...readingTwice(state, tools)] },
    breaks: ["bound"],
  },
  broken(
    "no epoch: the store goes on from an older copy as if nothing were",
    {
      headAfterLoss: ({ head }, pos) => ({ ...head, pos }),
    },
    ["bound", "growth"],
  ),
  broken("positions are used again after a lost tail, in another epoch", {
    headAfterLoss: ({ head }, pos) => ({ epoch: head.epoch + 1, pos }),
  }),
  {
    name: "subscribed after the catch-up, and frames go on from what the stream has sent",
    protocol: { ...correct, sending: streaming },
    breaks: ["bound"],
  },
  broken("gaps are ignored", {
    apply: (view, frame) => (frame.epoch !== view.epoch && frame.from > 0 ? view : joined(view, frame)),
  }),
  broken("the position of another log is adopted without its entries", {
    adopt: (view, { epoch, pos }) => ({ ...view, epoch, applied: pos }),
  }),
  broken("a resync forgets", { adopt: (_, { epoch }) => ({ epoch, applied: 0, held: [] }) }, ["memory", "bound"]),
  broken("cached head: answered by a read that began before the question", {
    answer: ({ issuers: [issuer], head }) => (issuer?.epoch ? { epoch: issuer.epoch, pos: issuer.cursor } : head),
  }),
  broken("the lease counts from the receipt of the answer", { ageOfLease: () => 0 }),
  broken("a lease although the head is not reached", { confirms: (view, { epoch }) => epoch === view.epoch }),
];

const cut = (log: State["log"], head: State["head"], after: number, limit: number): Frame =>
  frameOf(head, after, log.filter(({ pos }) => pos > after).slice(0, limit), head.pos);

/** The rows are read, and some steps later the head. */
function readingTwice(state: State, tools: Tools): readonly Step<State>[] {
  if (state.between === undefined) {
    return catchingUp({ ...state, channel: [] }, tools).map(({ to }) => ({
      name: "the verifier asks for what it lacks, and the rows are read",
      to: { ...state, between: JSON.stringify(to.channel[0]) },
    }));
  }
  const rows: Frame = JSON.parse(state.between);
  const frame = { ...rows, epoch: state.head.epoch, to: Math.max(rows.to, state.head.pos) };
  const { between: _, ...rest } = state;
  return [{ name: `the head is read, and it is sent ${nameOf(frame)}`, to: sent(rest, frame, tools.bounds) }];
}

/** One stream that remembers what it has sent. What issuers read before it has subscribed does not reach it. */
function streaming(state: State, tools: Tools): readonly Step<State>[] {
  const stream: { sentTo: number; subscribed: boolean } | undefined = state.between && JSON.parse(state.between);
  const started = catchingUp({ ...state, channel: [] }, tools).flatMap(
    ({
      name,
      to: {
        channel: [frame],
      },
    }) => (frame ? [{ name, to: onStream(state, frame, { sentTo: frame.to, subscribed: false }, tools) }] : []),
  );
  const subscribed: Step<State>[] =
    stream?.subscribed === false
      ? [{ name: "the stream subscribes", to: { ...state, between: JSON.stringify({ ...stream, subscribed: true }) } }]
      : [];
  const pushed = pushing({ ...state, channel: [] }, tools).map(
    ({
      to: {
        issuers,
        channel: [frame],
      },
    }) => {
      const read = { ...state, issuers };
      if (!frame || !stream?.subscribed) return { name: "an issuer reads on, and sends to nobody", to: read };
      const stamped = { ...frame, from: stream.sentTo };
      return {
        name: `an issuer reads on and sends ${nameOf(stamped)}`,
        to: onStream(read, stamped, { ...stream, sentTo: frame.to }, tools),
      };
    },
  );
  return [...started, ...subscribed, ...pushed];
}

const onStream = (state: State, frame: Frame, stream: object, { bounds }: Tools): State =>
  sent({ ...state, between: JSON.stringify(stream) }, frame, bounds);
