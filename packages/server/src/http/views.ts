import { z } from "zod";
import type { AuditRecord, Session } from "../store/ports.ts";
import { deviceName } from "./deviceName.ts";
import type { OwnedAccount } from "./flows.ts";

const instantForm = z.iso.datetime();

/** A person as they see themselves: exactly these fields. */
export const userForm = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    email_verified: z.boolean(),
    roles: z.array(z.string()),
    fields: z.record(z.string(), z.unknown()).meta({ description: "The application's own fields." }),
    created_at: instantForm,
  })
  .meta({ id: "User" });

/** The account in that form. */
export const userView = ({
  id,
  email,
  emailVerifiedAt,
  roles,
  fields,
  createdAt,
}: OwnedAccount): z.input<typeof userForm> => ({
  id,
  email,
  email_verified: emailVerifiedAt !== undefined,
  roles: [...roles],
  fields,
  created_at: instant(createdAt),
});

/** A session as its owner sees it. */
export const sessionForm = z
  .strictObject({
    id: z.string(),
    current: z.boolean().meta({ description: "Whether it is the one of this request." }),
    created_at: instantForm,
    last_used_at: instantForm.meta({ description: "The last sign-in or refresh." }),
    expires_at: instantForm.meta({ description: "The earlier of the idle and the absolute end." }),
    authenticated_at: instantForm.meta({ description: "When the person last proved who they are." }),
    amr: z.array(z.string()).meta({ description: "How: values of RFC 8176." }),
    transport: z.enum(["bearer", "cookie"]),
    device: z.string().meta({ description: 'A name for people, such as "Firefox on Linux".' }),
    user_agent: z.string(),
    address: z.string().nullable().meta({ description: "The client's address at sign-in or the last refresh." }),
  })
  .meta({ id: "Session" });

/** The session in that form; instants as RFC 3339. */
export const sessionView = (session: Session, currentId: string): z.input<typeof sessionForm> => ({
  id: session.id,
  current: session.id === currentId,
  created_at: instant(session.createdAt),
  last_used_at: instant(session.lastUsedAt),
  expires_at: instant(Math.min(session.idleEndsAt, session.absoluteEndsAt)),
  authenticated_at: instant(session.authenticatedAt),
  amr: [...session.amr],
  transport: session.transport,
  device: deviceName(session.userAgent),
  user_agent: session.userAgent,
  address: session.address ?? null,
});

/** Something that happened to an account, as its owner sees it. */
export const activityForm = z
  .strictObject({
    id: z.string(),
    at: instantForm,
    type: z.string().meta({ description: "A type of event." }),
    outcome: z.enum(["done", "refused", "failed"]),
    session_id: z.string().nullable(),
    address: z.string().nullable(),
    device: z.string().nullable(),
  })
  .meta({ id: "Activity" });

/** The record in that form; its further facts stay inside. */
export const activityView = (record: AuditRecord): z.input<typeof activityForm> => ({
  id: record.id,
  at: instant(record.at),
  type: record.type,
  outcome: record.outcome,
  session_id: record.sessionId ?? null,
  address: record.address ?? null,
  device: record.userAgent === undefined ? null : deviceName(record.userAgent),
});

const instant = (ms: number): string => new Date(ms).toISOString();

/** Examples for the documents. */
export const examples = {
  user: {
    id: "x3YbQ0aVtPz1kLmN8sRwUg",
    email: "ada@example.com",
    email_verified: true,
    roles: [],
    fields: {},
    created_at: "2027-01-15T08:00:00.000Z",
  } satisfies z.input<typeof userForm>,
  session: {
    id: "m1ZpQ0aVtPz1kLmN8sRwUg",
    current: true,
    created_at: "2027-01-15T08:00:00.000Z",
    last_used_at: "2027-01-15T08:00:00.000Z",
    expires_at: "2027-01-29T08:00:00.000Z",
    authenticated_at: "2027-01-15T08:00:00.000Z",
    amr: ["pwd"],
    transport: "bearer",
    device: "curl",
    user_agent: "curl/8.5.0",
    address: "192.0.2.7",
  } satisfies z.input<typeof sessionForm>,
  activity: {
    id: "01JHK6",
    at: "2027-01-15T08:00:00.000Z",
    type: "signed_in",
    outcome: "done",
    session_id: "m1ZpQ0aVtPz1kLmN8sRwUg",
    address: "192.0.2.7",
    device: "curl",
  } satisfies z.input<typeof activityForm>,
} as const;
