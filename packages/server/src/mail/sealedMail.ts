import type { WaitingMail } from "../store/ports.ts";
import type { Mail } from "./mail.ts";

/** Seals what is kept, and opens it; `label` binds it to its place. `open` throws when it does not open. */
export type MailSealer = {
  readonly seal: (plain: string, label: string) => string;
  readonly open: (sealed: string, label: string) => string;
};

/** A mail that waits, opened. After `usefulUntil` (milliseconds since the epoch) nobody would be helped by it. */
export type OpenedMail = { readonly mail: Mail; readonly usefulUntil: number };

/** The row of a mail that has not been tried. It is sealed to its id, since its text may hold a link that signs somebody in. */
export const sealMail = (sealer: MailSealer, { mail, usefulUntil }: OpenedMail): WaitingMail => ({
  id: mail.id,
  sealed: sealer.seal(JSON.stringify({ mail, usefulUntil }), labelOf(mail.id)),
  createdAt: mail.createdAt,
  attempts: 0,
  dueAt: mail.createdAt,
});

/** Undefined for a row that was sealed under another secret, altered, or moved here from another row. */
export function openMail(sealer: MailSealer, { id, sealed }: WaitingMail): OpenedMail | undefined {
  try {
    // What opens was written by `sealMail`: the seal authenticates it.
    return JSON.parse(sealer.open(sealed, labelOf(id)));
  } catch {
    return undefined;
  }
}

const labelOf = (id: string): string => `mail ${id}`;
