import { generateKeyPairSync, sign } from "node:crypto";

/** A key and a certificate that it signed for itself, as PEM. */
export type Certificate = { readonly key: string; readonly cert: string };

/** Makes a certificate for a host name (RFC 5280, in the DER that it needs and no more), good from 2000 to 2099. */
export function selfSigned(host: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(object(2.5, 4, 3), value(0x0c, Buffer.from(host)))));
  const ecdsaWithSha256 = sequence(value(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const names = sequence(value(0x82, Buffer.from(host)));
  const extensions = value(0xa3, sequence(sequence(object(2.5, 29, 17), value(0x04, names))));
  const body = sequence(
    value(0xa0, value(0x02, Buffer.of(2))),
    value(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    name,
    sequence(value(0x17, Buffer.from("000101000000Z")), value(0x18, Buffer.from("20991231235959Z"))),
    name,
    publicKey.export({ format: "der", type: "spki" }),
    extensions,
  );
  const signature = value(0x03, Buffer.concat([Buffer.of(0), sign("sha256", body, privateKey)]));
  const der = sequence(body, ecdsaWithSha256, signature);
  const base64 = der.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function value(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => value(0x30, Buffer.concat(parts));
const set = (...parts: readonly Buffer[]): Buffer => value(0x31, Buffer.concat(parts));

/** An object identifier below 2.5, such as 2.5.4.3. */
const object = (_arc: 2.5, ...rest: readonly number[]): Buffer => value(0x06, Buffer.of(0x55, ...rest));
