/**
 * Texts of somebody else, such as a driver's error, may be long and made to be slow. Each pattern here takes a whole run of the
 * characters that it is about, so that no character is looked at by two attempts, and what is inside is found without a pattern
 * that tries again.
 */

/** A text with the passwords of its URLs left out: in `user:password@`, and as a parameter. Linear in the text's length. */
export const withoutPasswords = (text: string): string =>
  text.replace(/\S+/g, withoutUserinfo).replace(/([?&]password=)[^\s&#]*/gi, "$1***");

/** Whether a URL holds a password. */
export const hasPassword = (url: string): boolean => withoutPasswords(url) !== url;

/** A text without what looks like a password in a URL, a token of ours, a JWT or a password hash. Linear in the text's length. */
export const scrub = (text: string): string =>
  withoutPasswords(text)
    .replace(/[\w.-]+/g, withoutJwt)
    .replace(secrets, "***");

/** A password may hold anything but white space, and an `@` as well: the last one ends it. */
function withoutUserinfo(run: string): string {
  const end = run.lastIndexOf("@");
  const [user] = /\/\/[^/:@]*:/.exec(run.slice(0, Math.max(0, end))) ?? [];
  return user === undefined ? run : `${run.slice(0, run.indexOf(user))}${user}***${run.slice(end)}`;
}

/** Three segments, the first of which ends in the base64url of a JSON object. */
function withoutJwt(run: string): string {
  const segments = run.split(".");
  return segments
    .map((segment, at) => {
      const isBehind = (steps: number): boolean => at >= steps && startOfJwt(segments, at - steps) >= 0;
      if (isBehind(1) || isBehind(2)) return undefined;
      const start = startOfJwt(segments, at);
      return start < 0 ? segment : `${segment.slice(0, start)}***`;
    })
    .filter((segment) => segment !== undefined)
    .join(".");
}

/** Where the first of three segments of a JWT starts in a segment; -1 for none. */
function startOfJwt(segments: readonly string[], at: number): number {
  const [segment = "", payload, signature] = segments.slice(at, at + 3);
  const start = segment.search(/\beyJ/);
  return start >= 0 && segment.length - start >= 11 && payload && signature !== undefined ? start : -1;
}

const secrets = /\b(?:at|rt|cs|dt|lt)_[\w.-]{16,}|\$(?:argon2|scrypt|pbkdf2|2[aby]\$)\S+/g;
