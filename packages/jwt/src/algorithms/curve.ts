/** A curve of prime order for ECDSA (FIPS 186-5, SP 800-186 §3.2.1; SEC 2 §2.4.1 for secp256k1). */
export type Curve = {
  readonly crv: string;
  /** Length of a coordinate and of r and s. */
  readonly bytes: number;
  /** The order of the group, big-endian in `bytes` bytes. */
  readonly order: Uint8Array;
  /** Deno takes an s above half the order for wrong on this curve, as Bitcoin does; RFC 8812 does not. */
  readonly needsLowS?: boolean;
};

const curve = (crv: string, order: string): Curve => ({
  crv,
  bytes: order.length / 2,
  order: Uint8Array.from(order.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
});

/** ES256's curve. */
export const p256: Curve = curve("P-256", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** ES384's curve. */
export const p384: Curve = curve("P-384", `${"f".repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`);

/** ES512's curve. */
export const p521: Curve = curve(
  "P-521",
  `01${"f".repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
);

/** ES256K's curve. */
export const secp256k1: Curve = {
  ...curve("secp256k1", `${"f".repeat(31)}ebaaedce6af48a03bbfd25e8cd0364141`),
  needsLowS: true,
};
