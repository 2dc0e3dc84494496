/** What a security log wants to know. No arm carries a password, a token or an address; identifiers only. */
export type SecurityEvent =
  | { readonly type: "signed_up"; readonly accountId: string }
  | { readonly type: "sign_up_repeated" }
  | { readonly type: "signed_in"; readonly accountId: string; readonly sessionId: string }
  | {
      readonly type: "sign_in_refused";
      readonly reason: "unknown_account" | "wrong_password";
      readonly accountId?: string;
    }
  | { readonly type: "token_refused"; readonly reason: string }
  | { readonly type: "refresh_refused"; readonly reason: string; readonly sessionId?: string }
  | { readonly type: "refresh_reused"; readonly accountId: string; readonly sessionId: string }
  | { readonly type: "session_ended"; readonly accountId: string; readonly sessionId: string }
  | { readonly type: "service_refused" }
  | { readonly type: "fault"; readonly where: string; readonly error: unknown };

/** Where events go. What it throws, at once or later as a promise, is dropped, so that a broken log never changes an answer. */
export type EventSink = (event: SecurityEvent) => void;

/** Wraps a sink so that its failure stays its own: a rejection that nobody hears would end the process. */
export const guardedSink =
  (sink: EventSink): EventSink =>
  (event) => {
    try {
      const logged: unknown = sink(event);
      if (logged instanceof Promise) logged.catch(() => undefined);
    } catch {
      // A log that fails must neither break nor delay a sign-in.
    }
  };
