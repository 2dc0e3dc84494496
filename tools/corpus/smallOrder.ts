import { createHash } from "node:crypto";
import { b64, goodClaims, signed, toNumber } from "./craft.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** The points of edwards25519 whose order is 1, 2, 4 or 8, and other spellings of them. */
export const smallOrderPoints: Readonly<Record<string, Buffer>> = {
  "order-1": hex("0100000000000000000000000000000000000000000000000000000000000000"),
  "order-2": hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  "order-4": hex("0000000000000000000000000000000000000000000000000000000000000000"),
  "order-4-the-other": hex("0000000000000000000000000000000000000000000000000000000000000080"),
  "order-8": hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  "order-8-the-second": hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
  "order-8-the-third": hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
  "order-8-the-fourth": hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
  "order-1-with-a-sign": hex("0100000000000000000000000000000000000000000000000000000000000080"),
  "order-1-as-p-plus-1": hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  "order-2-with-a-sign": hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
  "order-4-as-p": hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
};

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const basePoint = Buffer.concat([Buffer.of(0x58), Buffer.alloc(31, 0x66)]);
const one = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);

/**
 * A token signed without a key. S is 1 and R is the base point, so the equation asks that the hash times the key be the
 * identity: it is for every message if the order is 1, and else for the first whose hash is a multiple of 8.
 */
export function smallOrderSeal(point: Buffer): string {
  const header = b64(JSON.stringify({ alg: "EdDSA", typ: "JWT" }));
  for (let x = 0; ; x++) {
    const input = `${header}.${b64(JSON.stringify({ ...goodClaims, sub: "admin", x }))}`;
    const digest = createHash("sha512").update(basePoint).update(point).update(input).digest().reverse();
    if ((toNumber(digest) % L) % 8n === 0n) return signed(input, () => Buffer.concat([basePoint, one]));
  }
}
