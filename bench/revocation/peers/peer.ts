/** A way to find out whether a token, or its session, is still good. Throws if the answer is no: no figure may be the time of a failure. */
export type Peer = {
  readonly name: string;
  /** By numbers, so that another token or session is asked about each time. */
  readonly ask:
    | { readonly here: (from: number, to: number) => void }
    | { readonly away: (at: number) => Promise<unknown> };
};
