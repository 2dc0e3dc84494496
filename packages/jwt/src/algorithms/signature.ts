/**
 * Makes the signature segment of a signing input, such as `header.payload`. An input is a string with one character per
 * byte (0 to 255), which for a JWT is ASCII. It comes in two parts, as to join them takes a twentieth of an HMAC.
 */
export type Signer = (head: string, body: string) => string;

/** The same in the thread pool, where the runtime has one. */
export type AsyncSigner = (head: string, body: string) => Promise<string>;

/**
 * Whether a signing input is followed by a dot and its signature segment (canonical base64url); false on any other
 * length. `end` is the input's length: the whole is not cut in two because that takes a twentieth of an HMAC.
 */
export type SignatureCheck = (signed: string, end: number) => boolean;
