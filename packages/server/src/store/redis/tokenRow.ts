import { z } from "zod";
import type { TokenRow } from "../ports.ts";

/** A row as text for Redis: JSON, without the password's hash. */
export const encodeRow = ({ account, ...row }: TokenRow): string =>
  JSON.stringify({ shape, ...row, account: { ...account, passwordHash: undefined } });

/** The row in a text of Redis; undefined for one that another version wrote, or that is none. */
export function decodeRow(text: string): TokenRow | undefined {
  const parsed = rowSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

/** Counts up when a row gets another shape: during a deploy old and new versions read the same Redis. */
const shape = 1;

/** JSON has no undefined, so such a field is not there. */
const optionalNumber = z.number().optional();

const rowSchema = z
  .object({
    shape: z.literal(shape),
    session: z.object({
      id: z.string(),
      accountId: z.string(),
      createdAt: z.number(),
      lastUsedAt: z.number(),
      idleEndsAt: z.number(),
      absoluteEndsAt: z.number(),
      authenticatedAt: z.number(),
      amr: z.array(z.string()),
      transport: z.enum(["bearer", "cookie"]),
      userAgent: z.string(),
      address: z.string().optional(),
      generation: z.number(),
      rotatedAt: z.number(),
    }),
    account: z.object({
      id: z.string(),
      email: z.string(),
      emailVerifiedAt: optionalNumber,
      passwordChangedAt: z.number(),
      roles: z.array(z.string()),
      fields: z.record(z.string(), z.unknown()),
      createdAt: z.number(),
      disabledAt: optionalNumber,
    }),
    token: z.object({ sessionId: z.string(), hash: z.string(), expiresAt: z.number() }),
    head: z.object({ epoch: z.string(), pos: z.number() }),
  })
  .transform(
    ({ session, account, token, head }): TokenRow => ({
      session: { ...session, address: session.address },
      account: { ...account, emailVerifiedAt: account.emailVerifiedAt, disabledAt: account.disabledAt },
      token,
      head,
    }),
  );

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
