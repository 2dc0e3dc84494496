/** RFC 7797 §4: the key of RFC 7515 A.1. */
export const macJwk = {
  kty: "oct",
  alg: "HS256",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};

/** RFC 7797 §4: what both examples sign. */
export const payload = "$.02";

/** RFC 7797 §4.1: the payload encoded, the header without `b64`. */
export const encoded = "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ";

/** RFC 7797 §4.2: `b64: false`, in JSON. */
export const unencoded = {
  protected: "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19",
  payload,
  signature: "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY",
};

/** RFC 7797 §4.2: `b64: false`, compact and detached. */
export const detached = `${unencoded.protected}..${unencoded.signature}`;

/** The same header over a text that the compact serialization can carry unencoded (§5.2). */
export const attached = {
  payload: "This is the payload string!",
  jws: `${unencoded.protected}.This is the payload string!.ciks0B6Hs-amhOqxI5_iG6mPKnMDlWCb7J2Wu7mtIcg`,
};
