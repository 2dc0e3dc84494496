import type { Words } from "../../pages/words/words.ts";

/** What has just been done, for the next page to say. Numbers come from us and stand in a cookie, so no link can claim them. */
export type Notice = { readonly kind: NoticeKind; readonly numbers?: readonly number[] };

/** What can be said. */
export type NoticeKind = keyof typeof texts;

/** A notice as the value of a cookie. */
export const writtenNotice = ({ kind, numbers = [] }: Notice): string =>
  [kind, ...numbers.map((number) => Math.max(0, Math.round(number)))].join(".");

/** The words for the value of such a cookie; undefined for anything else. */
export function noticeIn(value: string | undefined, words: Words): string | undefined {
  const [kind = "", ...numbers] = (value ?? "").split(".");
  if (!isKind(kind) || numbers.length > 4 || !numbers.every((one) => /^\d{1,9}$/.test(one))) return undefined;
  return texts[kind](words.notices, numbers.map(Number));
}

/** Whether a cookie says that the account is gone; that is a page of its own. */
export const saysDeleted = (value: string | undefined): boolean => value === "deleted";

type Texts = Words["notices"];

const isKind = (kind: string): kind is NoticeKind => Object.hasOwn(texts, kind);

/** The numbers of what ended sessions: how many ended, how many services confirmed it, of how many, after how many milliseconds. */
const texts = {
  signed_up: ({ signed_up }: Texts) => signed_up,
  password_reset: ({ password_reset }: Texts) => password_reset,
  verified: ({ verified }: Texts) => verified,
  email_changed: ({ email_changed }: Texts) => email_changed,
  email_requested: ({ email_requested }: Texts) => email_requested,
  link_sent: ({ link_sent }: Texts) => link_sent,
  password_changed: ({ password_changed }: Texts) => password_changed,
  saved: ({ saved }: Texts) => saved,
  session_ended: (notices: Texts, [, ...effect]: readonly number[]) =>
    `${notices.session_ended}${confirmed(notices, effect)}`,
  others_ended: (notices: Texts, [count = 0, ...effect]: readonly number[]) =>
    `${notices.others_ended(count)}${confirmed(notices, effect)}`,
  deleted: () => undefined,
} as const;

function confirmed({ confirmed, pending }: Texts, [done = 0, all = 0, ms = 0]: readonly number[]): string {
  if (all === 0) return "";
  return ` ${confirmed(done, all, ms)}${done < all ? ` ${pending}` : ""}`;
}
