/** A bcrypt hash: `$2a$`, `$2b$` or `$2y$`, which are one algorithm for passwords of at most 72 bytes. `$2x$` has a broken one and is not read. */
export type BcryptHash = {
  readonly scheme: "bcrypt";
  readonly text: string;
  readonly memoryKiB: number;
  readonly work: number;
};

const form = /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/;

/** Reads `$2b$12$` and 53 characters. */
export function readBcrypt(text: string): BcryptHash | undefined {
  const cost = Number(form.exec(text)?.groups?.cost);
  return cost >= 4 && cost <= 31 ? { scheme: "bcrypt", text, memoryKiB: 4, work: 250 * 2 ** cost } : undefined;
}
