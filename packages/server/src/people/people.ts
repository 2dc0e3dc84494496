import type { SecurityEvent } from "../event.ts";
import type { RequestContext } from "../requestContext.ts";
import type { Account, AuditRecord, Change, Person, PersonStore, Subject } from "../store/ports.ts";

/**
 * Who does something, and from where: an account id, `cli`, `api` or `system`; undefined for somebody who is not known yet.
 * Whoever acts by a session (`sessionId`) acts only while it is live: that is looked at under the person's lock.
 */
export type By = RequestContext & { readonly actor: string | undefined; readonly sessionId?: string | undefined };

/** A change with the events that it is: they are written into the audit trail in its transaction, and told once it is committed. */
export type Decision<T> = Omit<Change<T>, "audit"> & { readonly events?: readonly SecurityEvent[] };

/** The people of the store, and the one way in which anything about them changes. */
export type People = Omit<PersonStore, "register" | "change"> & {
  /** Decides about an address that may be nobody's yet; see `PersonStore.register`. */
  readonly register: <T>(email: string, by: By, decide: (existing: Account | undefined) => Decision<T>) => Promise<T>;
  /**
   * Decides about one person under that person's lock; see `PersonStore.change`. Undefined, too, when the session that acts has
   * ended. When it resolves, all of the change is
   * committed, this process refuses what the change revoked, and the events have been told. When the log cannot be read, so that
   * this process does not hear of it in time, it throws; an answer that `mustArrive`, such as new tokens, is given all the same, and
   * the fault is told: the bound of staleness holds as ever.
   */
  readonly change: <T>(
    subject: Subject,
    by: By,
    decide: (person: Person) => Decision<T>,
    options?: Settling<T>,
  ) => Promise<T | undefined>;
  /** Resolves when this process refuses whatever was revoked before, by whomever: for who finds that there is nothing left to end. */
  readonly caughtUp: () => Promise<unknown>;
};

/** What follows a change. */
export type PeopleParts = {
  readonly store: PersonStore;
  readonly now: () => number;
  readonly journal: {
    readonly record: (event: SecurityEvent, context: RequestContext, actor: string | undefined) => AuditRecord;
    readonly tell: (...records: readonly AuditRecord[]) => void;
  };
  /** Something was revoked: waits until this process refuses it. */
  readonly afterRevocation: () => Promise<unknown>;
  /** Told why that could not be waited for, where nobody is to be refused for it. */
  readonly onUnreadLog: (error: unknown) => void;
  /** Something waits to be sent; undefined where mails cannot leave, and none are kept. */
  readonly afterMail: (() => void) | undefined;
};

/** People over their store. */
export function createPeople({ store, ...parts }: PeopleParts): People {
  return {
    ...store,
    caughtUp: parts.afterRevocation,
    register: async (email, by, decide) => {
      const { recorded, settle } = recorder(by, parts);
      const answer = await store.register(email, (existing) => recorded(decide(existing)));
      await settle(false);
      return answer;
    },
    change: async <T>(
      subject: Subject,
      by: By,
      decide: (person: Person) => Decision<T>,
      { mustArrive = () => false }: Settling<T> = {},
    ): Promise<T | undefined> => {
      const { recorded, settle } = recorder(by, parts);
      const answer = await store.change<T | undefined>(subject, (person) =>
        acts(by, person, parts.now()) ? recorded(decide(person)) : { answer: undefined },
      );
      await settle(answer !== undefined && mustArrive(answer));
      return answer;
    },
  };
}

/** Which answers are given although this process has not heard of what it revoked. */
type Settling<T> = { readonly mustArrive?: (answer: T) => boolean };

/** Whether who acts by a session still may. */
const acts = ({ sessionId }: By, { sessions }: Person, now: number): boolean =>
  sessionId === undefined ||
  sessions.some(({ id, idleEndsAt, absoluteEndsAt }) => id === sessionId && now < Math.min(idleEndsAt, absoluteEndsAt));

type Recorder = {
  readonly recorded: <T>(decision: Decision<T>) => Change<T>;
  readonly settle: (mustArrive: boolean) => Promise<void>;
};

/** A decision may run again after a conflict: only its last run counts. */
function recorder(by: By, parts: Omit<PeopleParts, "store">): Recorder {
  const { journal, afterRevocation, afterMail, onUnreadLog } = parts;
  let last: Change<unknown> | undefined;
  return {
    recorded: ({ events = [], ...decision }) => {
      const change = {
        ...decision,
        mails: afterMail ? (decision.mails ?? []) : [],
        audit: events.map((event) => journal.record(event, by, by.actor)),
      };
      last = change;
      return change;
    },
    settle: async (mustArrive) => {
      if (last?.audit) journal.tell(...last.audit);
      if (last?.mails?.length) afterMail?.();
      if (!last?.revocations?.length) return;
      const heard = afterRevocation();
      await (mustArrive ? heard.catch(onUnreadLog) : heard);
    },
  };
}
