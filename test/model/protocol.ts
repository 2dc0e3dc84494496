import type { Step, System } from "./explore.ts";
import { type Rules, rules } from "./rules.ts";
import { type Bounds, type Entry, type Frame, frameKey, initialState, keyOf, type State } from "./state.ts";

/** What must never happen. */
export type Invariant = "bound" | "memory" | "growth";

/** A protocol: rules, and steps in place of the usual ones. */
export type Protocol = {
  readonly rules: Rules;
  /** In place of `pushing` and `catchingUp`. */
  readonly sending?: (state: State, tools: Tools) => readonly Step<State>[];
};

/** What steps are made with. */
export type Tools = { readonly bounds: Bounds; readonly rules: Rules };

/** The protocol as it is. */
export const correct: Protocol = { rules };

/** The system that a protocol makes within bounds; `checked` are the invariants that end the search. */
export function systemOf(protocol: Protocol, bounds: Bounds, checked: readonly Invariant[]): System<State> {
  const tools = { bounds, rules: protocol.rules };
  const sending = protocol.sending ?? send;
  return {
    initial: initialState(bounds),
    key: keyOf,
    steps: (state) => [
      ...writing(state, tools),
      ...sending(state, tools),
      ...receiving(state, tools),
      ...leasing(state, tools),
      ...failing(state, tools),
    ],
    breaks: (before, step) => checked.map((name) => invariants[name](before, step, bounds)).find((text) => text),
  };
}

type Check = (before: State, step: Step<State>, bounds: Bounds) => string | undefined;

/** Revocations that the store has lost are of no concern to `bound`: nobody can know of them but those who held them. */
const invariants: Readonly<Record<Invariant, Check>> = {
  bound: (_, { to: { log, open, view, lease } }, { maxStaleness }) => {
    if (lease === undefined) return undefined;
    const late = [...log, ...open].find(
      ({ id, age, kills }) => age >= maxStaleness && !(kills && view.held.includes(id)),
    );
    return late && `LIVE, but revocation ${late.id}, acknowledged ${maxStaleness} ticks ago, is not enforced`;
  },
  memory: ({ view }, { name, to }) => {
    const forgotten = name === restart ? undefined : view.held.find((id) => !to.view.held.includes(id));
    return forgotten === undefined ? undefined : `the verifier has forgotten revocation ${forgotten}`;
  },
  growth: ({ head }, { to }) =>
    to.head.epoch === head.epoch && to.head.pos < head.pos
      ? `the head went back within epoch ${head.epoch}`
      : undefined,
};

/** Two steps, between which everybody else may act: a position is taken, then the transaction commits and is acknowledged. */
function writing(state: State, { bounds, rules }: Tools): Step<State>[] {
  const steps = state.open.flatMap((entry) => [commit(state, entry), abort(state, entry)]);
  if (state.made < bounds.revocations && rules.mayTake(state)) steps.push(take(state, rules));
  return steps;
}

function take(state: State, { highestRvp, acknowledgesEarly }: Rules): Step<State> {
  const id = state.made + 1;
  const pos = 1 + Math.max(state.head.pos, ...state.open.map((entry) => entry.pos));
  const entry = { id, pos, age: acknowledgesEarly ? 0 : -1, kills: highestRvp(state, pos) < pos };
  return { name: `revocation ${id} takes position ${pos}`, to: { ...state, made: id, open: [...state.open, entry] } };
}

function commit(state: State, entry: Entry): Step<State> {
  const pos = Math.max(state.head.pos, entry.pos);
  const log = [...state.log, { ...entry, age: Math.max(entry.age, 0) }].sort((a, b) => a.pos - b.pos);
  const open = state.open.filter((one) => one !== entry);
  const head = { ...state.head, pos };
  const to = { ...state, open, log, head, highest: Math.max(state.highest, pos) };
  return { name: `revocation ${entry.id} is committed and acknowledged`, to };
}

/** Its issuer is killed before the commit. */
const abort = (state: State, entry: Entry): Step<State> => ({
  name: `revocation ${entry.id} is rolled back`,
  to: {
    ...state,
    open: state.open.filter((one) => one !== entry),
    made: state.made - (state.made === entry.id ? 1 : 0),
  },
});

const send = (state: State, tools: Tools): Step<State>[] => [...pushing(state, tools), ...catchingUp(state, tools)];

/** `Feed.pull`: each issuer reads on from its cursor, in reads of one entry or all, and sends what it read. */
export function pushing(state: State, { rules, bounds }: Tools): Step<State>[] {
  return state.issuers.flatMap((issuer, index) => {
    const cursor = issuer.epoch === state.head.epoch ? issuer.cursor : 0;
    if (issuer.epoch === state.head.epoch && cursor >= state.head.pos) return [];
    return [1, bounds.revocations].map((limit) => {
      const frame = rules.read(state, cursor, limit);
      const issuers = state.issuers.with(index, { epoch: frame.epoch, cursor: frame.to });
      return { name: `an issuer reads on and sends ${nameOf(frame)}`, to: sent({ ...state, issuers }, frame, bounds) };
    });
  });
}

/** `Feed.catchUp`: what a verifier gets that comes with its cursor; all, if the cursor is another log's. */
export function catchingUp(state: State, { rules, bounds }: Tools): Step<State>[] {
  const { head, view } = state;
  const fits = view.epoch === head.epoch && view.applied <= head.pos;
  if (fits && view.applied === head.pos) return [];
  const frame = rules.read(state, fits ? view.applied : 0, bounds.revocations);
  return [{ name: `the verifier asks for what it lacks and is sent ${nameOf(frame)}`, to: sent(state, frame, bounds) }];
}

/** Into the channel; what does not fit any more is lost. */
export function sent(state: State, frame: Frame, { channel }: Bounds): State {
  const key = frameKey(frame);
  if (state.channel.length >= channel || state.channel.some((other) => frameKey(other) === key)) return state;
  return { ...state, channel: [...state.channel, frame] };
}

/** A frame in words. */
export const nameOf = ({ epoch, from, to, ids }: Frame): string =>
  `the frame (${from}, ${to}] of epoch ${epoch} with ${ids.length === 0 ? "nothing" : `revocation ${ids.join(" and ")}`}`;

/** Frames arrive in any order, stay to arrive again, or are lost. `hello` tells of another log, or of one that is shorter. */
function receiving(state: State, { rules }: Tools): Step<State>[] {
  const { channel, view, head } = state;
  const steps = channel.flatMap((frame, index) => [
    { name: `${nameOf(frame)} arrives`, to: { ...state, view: rules.apply(view, frame) } },
    {
      name: `${nameOf(frame)} is lost, or will not come again`,
      to: { ...state, channel: channel.toSpliced(index, 1) },
    },
  ]);
  if (view.epoch !== head.epoch || head.pos < view.applied) {
    const to = { ...state, view: rules.adopt(view, head) };
    steps.push({ name: `hello: the log is of epoch ${head.epoch}, at ${head.pos}`, to });
  }
  return steps;
}

/** A question is sent (an older one is given up), answered by an issuer, and its answer judged whenever the view has moved. */
function leasing(state: State, { rules }: Tools): Step<State>[] {
  const { query, view } = state;
  const steps: Step<State>[] = [{ name: "the verifier asks for the head", to: { ...state, query: { age: 0 } } }];
  if (query && !query.answer) {
    const answer = rules.answer(state);
    steps.push({
      name: `it is answered ${answer.pos} of epoch ${answer.epoch}`,
      to: { ...state, query: { ...query, answer } },
    });
  }
  if (query?.answer && rules.confirms(view, query.answer)) {
    const lease = Math.min(rules.ageOfLease(query), state.lease ?? Number.POSITIVE_INFINITY);
    steps.push({ name: "the verifier has the answer, and its lease", to: { ...state, lease, query: undefined } });
  }
  return steps;
}

/** Time passes, processes crash and start again, and the store goes on from an older copy of itself. */
function failing(state: State, { rules, bounds }: Tools): Step<State>[] {
  const steps = [tick(state, bounds), restarted(state)];
  state.issuers.forEach((_, index) => {
    const issuers = state.issuers.with(index, { epoch: 0, cursor: 0 });
    steps.push({ name: "an issuer starts again", to: { ...state, issuers } });
  });
  if (state.losses === bounds.losses) return steps;
  for (let kept = 0; kept < state.log.length; kept++) steps.push(lose(state, kept, rules));
  return steps;
}

function tick(state: State, { maxStaleness }: Bounds): Step<State> {
  const { lease, query } = state;
  const aged = (entry: Entry): Entry =>
    entry.age === -1 ? entry : { ...entry, age: Math.min(entry.age + 1, maxStaleness) };
  const older = (age: number): number | undefined => (age + 1 < maxStaleness ? age + 1 : undefined);
  const age = query && older(query.age);
  const to = {
    ...state,
    log: state.log.map(aged),
    open: state.open.map(aged),
    lease: lease === undefined ? undefined : older(lease),
    query: query && age !== undefined ? { ...query, age } : undefined,
  };
  return { name: "a tick passes", to };
}

const restart = "the verifier starts again";

const restarted = (state: State): Step<State> => ({
  name: restart,
  to: { ...state, view: { epoch: 0, applied: 0, held: [] }, lease: undefined, query: undefined },
});

function lose(state: State, kept: number, { headAfterLoss }: Rules): Step<State> {
  const log = state.log.slice(0, kept);
  const head = headAfterLoss(state, log.at(-1)?.pos ?? 0);
  const highest = Math.max(state.highest, head.pos);
  const names = state.log
    .slice(kept)
    .map(({ id }) => id)
    .join(" and ");
  const to = { ...state, log, head, highest, open: [], losses: state.losses + 1 };
  return {
    name: `the store loses its tail, revocation ${names}, and goes on at ${head.pos} of epoch ${head.epoch}`,
    to,
  };
}
