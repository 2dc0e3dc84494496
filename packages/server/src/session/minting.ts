import type { Account, Change, LogHead, Session, TokenAccount } from "../store/ports.ts";
import type { SessionMode } from "./modes/mode.ts";
import type { RefreshTokens } from "./refreshToken.ts";

/** What signing in, refreshing and authenticating anew hand out. */
export type SignedIn = {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly account: TokenAccount;
  readonly session: Session;
};

/** A session about to be handed out: what the change has to keep, and the tokens themselves. `take` only by `changeHandingOut`. */
export type Minted = {
  readonly kept: Pick<Change<unknown>, "sessions" | "tokens">;
  readonly handOut: { readonly isSignedElsewhere: boolean; readonly take: () => Promise<SignedIn> };
};

/** Mints the tokens of a session inside a decision, from rows and head of one snapshot. */
export type Minting = (row: { readonly session: Session; readonly account: Account; readonly head: LogHead }) => Minted;

/** Minting in one mode. */
export const createMinting =
  ({ mode, refreshTokens }: { readonly mode: SessionMode; readonly refreshTokens: RefreshTokens }): Minting =>
  (row) => {
    const { session } = row;
    const { passwordHash: _, ...visible } = row.account;
    const grant = mode.grant(row);
    const refreshToken = refreshTokens.make({ sessionId: session.id, generation: session.generation });
    return {
      kept: { sessions: [session], tokens: grant.stored ? [grant.stored] : [] },
      handOut: {
        isSignedElsewhere: grant.isSignedElsewhere,
        take: async () => ({
          accessToken: await grant.token(),
          expiresInSeconds: grant.expiresInSeconds,
          refreshToken,
          account: visible,
          session,
        }),
      },
    };
  };
