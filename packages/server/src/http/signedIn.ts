import { z } from "zod";
import type { RequestContext } from "../requestContext.ts";
import { jsonAnswer } from "./answer.ts";
import { type CookieNames, cookie } from "./cookies.ts";
import type { SignedIn, SigningIn } from "./flows.ts";
import { examples, userForm, userView } from "./views.ts";

/** For a bearer client: RFC 6749 5.1, and who it is. */
const tokensForm = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.number().int().meta({ description: "Seconds until the access token expires." }),
    refresh_token: z.string(),
    device_token: z
      .string()
      .optional()
      .meta({ description: "Send it at the next sign-in: a known device gets in while others have to wait." }),
    user: userForm,
  })
  .meta({ id: "SignedInByBearer" });

/** For a cookie client: no token that a script could read. */
const cookiesForm = z
  .strictObject({
    transport: z.literal("cookie"),
    expires_in: z.number().int().meta({ description: "Seconds until the access token in the cookie expires." }),
    user: userForm,
  })
  .meta({ id: "SignedInByCookie" });

/** Signed in, refreshed, or authenticated anew. */
export const signedInAnswer = jsonAnswer(
  {
    status: 200,
    description: "Signed in: the tokens for a bearer client, cookies and no token for a cookie client.",
    headers: { "Set-Cookie": "For a cookie client: the access and the refresh token, unreadable to scripts." },
  },
  z.union([tokensForm, cookiesForm]),
  {
    access_token: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ4M1liIn0.c2lnbmF0dXJl",
    token_type: "Bearer",
    expires_in: 300,
    refresh_token: "rt_m1ZpQ0aVtPz1kLmN8sRwUg.0.bWFjIG9mIHRoaXMgZ2VuZXJhdGlvbiBvZiBpdHMgc2Vzcw",
    user: examples.user,
  },
);

/** What handing out needs. */
export type HandingOutParts = {
  readonly flows: Pick<SigningIn, "signOut">;
  readonly cookies: CookieNames;
  readonly now: () => number;
};

/**
 * Hands tokens out the way that the session's client carries them: a cookie client never gets one in a body. Throws a TypeError
 * for a token that no browser would keep; its session is ended first, since nobody could use it, and it would count.
 */
export async function handOutOrEnd(
  signedIn: SignedIn,
  parts: HandingOutParts,
  context: RequestContext,
): Promise<Response> {
  if (signedIn.session.transport === "bearer") return inBody(signedIn);
  const { expiresInSeconds: expires_in, account } = signedIn;
  const cookies = await tokenCookiesOrEnd(signedIn, parts, context);
  return signedInAnswer.with({ transport: "cookie", expires_in, user: userView(account) }, cookies);
}

/** The same for a browser, as `Set-Cookie` fields alone. */
export async function tokenCookiesOrEnd(
  signedIn: SignedIn,
  { flows, cookies, now }: HandingOutParts,
  context: RequestContext,
): Promise<Headers> {
  try {
    return tokenCookies(signedIn, cookies, now());
  } catch (fault) {
    const { id: sessionId, accountId } = signedIn.session;
    await flows.signOut({ accountId, sessionId }, context);
    throw fault;
  }
}

function inBody({ accessToken, expiresInSeconds, refreshToken, deviceToken, account }: SignedIn): Response {
  return signedInAnswer.with({
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    refresh_token: refreshToken,
    ...(deviceToken === undefined ? {} : { device_token: deviceToken }),
    user: userView(account),
  });
}

function tokenCookies(signedIn: SignedIn, cookies: CookieNames, now: number): Headers {
  const { accessToken, expiresInSeconds, refreshToken, deviceToken, session } = signedIn;
  const sessionSeconds = (Math.min(session.idleEndsAt, session.absoluteEndsAt) - now) / 1000;
  const headers = new Headers();
  headers.append("Set-Cookie", cookie(cookies, "access", { value: accessToken, lifeSeconds: expiresInSeconds }));
  headers.append("Set-Cookie", cookie(cookies, "refresh", { value: refreshToken, lifeSeconds: sessionSeconds }));
  if (deviceToken !== undefined) {
    headers.append("Set-Cookie", cookie(cookies, "device", { value: deviceToken, lifeSeconds: deviceSeconds }));
  }
  return headers;
}

/** A device stays known for as long as a browser keeps any cookie: 400 days. */
const deviceSeconds = 34_560_000;
