/** A revocation in the log. `age`: ticks since it was acknowledged, up to `maxStaleness`. */
export type Entry = {
  readonly id: number;
  readonly pos: number;
  readonly age: number;
  /** Whether it kills every token of its session that was minted before it: `rvp < pos` for the highest `rvp` that can be out. */
  readonly kills: boolean;
};

/** States: `ids` are all revocations with `from < pos <= to`. `Frame` of wire/frames.ts. */
export type Frame = {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly ids: readonly number[];
};

/** Where the log stands, as a store read answered. `LogHead` of the server's store/ports. */
export type Head = { readonly epoch: number; readonly pos: number };

/** What an issuer remembers: how far it has read. Epoch 0: it has just started. */
export type Issuer = { readonly epoch: number; readonly cursor: number };

/** What a verifier remembers of the log: `RevocationView`. Epoch 0: nothing yet. */
export type View = { readonly epoch: number; readonly applied: number; readonly held: readonly number[] };

/** A question for the head on its way. `answer`: what the store said to it. `age`: ticks since it was sent. */
export type Query = { readonly age: number; readonly answer?: Head };

/** The whole system at one instant. There is no clock in it: only ages matter, and they end at `maxStaleness`, so time has no horizon. */
export type State = {
  readonly head: Head;
  /** The highest position that was ever given, also by a past that the store has lost. */
  readonly highest: number;
  readonly log: readonly Entry[];
  /** Transactions that have their position, but have not committed. */
  readonly open: readonly Entry[];
  /** Revocations made so far, lost ones too. */
  readonly made: number;
  readonly losses: number;
  readonly issuers: readonly Issuer[];
  readonly channel: readonly Frame[];
  readonly view: View;
  /** Ticks since the question was sent that the lease counts from; undefined: STALE. */
  readonly lease: number | undefined;
  readonly query: Query | undefined;
  /** Of broken variants alone: what one of their halves has done before the other half. */
  readonly between?: string;
};

/** How large the model is. */
export type Bounds = {
  readonly issuers: number;
  readonly revocations: number;
  /** Frames in flight. */
  readonly channel: number;
  /** In ticks. */
  readonly maxStaleness: number;
  /** How often the store may lose its tail. */
  readonly losses: number;
};

/** Nothing revoked, nothing read, nothing asked. */
export const initialState = ({ issuers }: Bounds): State => ({
  head: { epoch: 1, pos: 0 },
  highest: 0,
  log: [],
  open: [],
  made: 0,
  losses: 0,
  issuers: Array.from({ length: issuers }, () => ({ epoch: 0, cursor: 0 })),
  channel: [],
  view: { epoch: 0, applied: 0, held: [] },
  lease: undefined,
  query: undefined,
});

/** The same text for states that behave the same: frames in flight have no order, and issuers are alike. */
export function keyOf(state: State): string {
  const { head, log, open, issuers, channel, view, query } = state;
  return [
    `${head.epoch}.${head.pos}.${state.highest}.${state.made}.${state.losses}`,
    log.map(entryKey).join(),
    open.map(entryKey).join(),
    sorted(issuers.map(({ epoch, cursor }) => `${epoch}.${cursor}`)),
    sorted(channel.map(frameKey)),
    `${view.epoch}.${view.applied}.${view.held}`,
    state.lease,
    query && `${query.age}.${query.answer?.epoch}.${query.answer?.pos}`,
    state.between,
  ].join("|");
}

/** The same text for frames that say the same. */
export const frameKey = ({ epoch, from, to, ids }: Frame): string => `${epoch}.${from}.${to}.${ids}`;

const entryKey = ({ id, pos, age, kills }: Entry): string => `${id}.${pos}.${age}.${kills ? 1 : 0}`;

const sorted = (keys: string[]): string => (keys.length < 2 ? keys : keys.sort()).join(";");
