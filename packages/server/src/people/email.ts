import { ok, type Result, refuse } from "../refusal.ts";

declare const canonical: unique symbol;

/** An address in its one canonical form: the form in which it is stored and compared. */
export type CanonicalEmail = string & { readonly [canonical]: true };

/**
 * The canonical form of an email address: ASCII, one `@`, no white space, quotes or control characters, at most 254
 * characters (RFC 5321 4.5.3.1.3), lower case; a `+tag` is kept. Dots stand between other characters (RFC 5322 3.2.3, dot-atom). Addresses beyond ASCII are refused, since look-alikes would
 * make two accounts of one mailbox; an international domain is written in its `xn--` form. Linear in the input's length.
 */
export function canonicalEmail(input: string): Result<CanonicalEmail, "malformed_email"> {
  // Looked at before it is lowered: some letters beyond ASCII, such as the Kelvin sign, have an ASCII lower case.
  return input.length <= 254 && shape.test(input) && dotsHold(input) && domainHolds(input)
    ? ok(input.toLowerCase() as CanonicalEmail)
    : refuse("malformed_email");
}

/** Local part of RFC 5322's unquoted characters, then a host name of labels. No nested repetition. */
const shape = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}$/;

const dotsHold = (address: string): boolean =>
  !address.startsWith(".") && !address.includes("..") && !address.includes(".@");

function domainHolds(address: string): boolean {
  const labels = address.slice(address.indexOf("@") + 1).split(".");
  return labels.every(
    (label) => label.length > 0 && label.length <= 63 && !label.startsWith("-") && !label.endsWith("-"),
  );
}
