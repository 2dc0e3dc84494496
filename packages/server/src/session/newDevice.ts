import type { Mailer } from "../mail/mailer.ts";
import type { Person, Session } from "../store/ports.ts";

/**
 * Whether a session is the account's first on such a device: the same program at the same address. Both are the client's to choose,
 * or shared by many; a device token says more, and is asked first.
 */
export const isNewDevice = ({ sessions }: Pick<Person, "sessions">, { userAgent, address }: Session): boolean =>
  sessions.every((session) => session.userAgent !== userAgent || session.address !== address);

/** Tells the owner of a sign-in that may not be theirs. */
export type NewDeviceNotice = {
  readonly mailer: Mailer;
  /** A device in words, by what it says of itself. */
  readonly deviceName: (userAgent: string) => string;
};

/** The mail about a new device: none for the session with which an account begins, where there is nobody else to tell. */
export function newDeviceMails(
  { account, sessions }: Pick<Person, "account" | "sessions">,
  { userAgent, address, createdAt }: Session,
  { mailer, deviceName }: NewDeviceNotice,
): readonly ReturnType<Mailer["write"]>[] {
  if (sessions.length === 0 && createdAt - account.createdAt < beginningMs) return [];
  return [mailer.write({ kind: "new_device", to: account.email, device: deviceName(userAgent), address })];
}

/** As long as the link in the first mail works: people sign in once they followed it. */
const beginningMs = 86_400_000;
