/** A setting by its dotted name, with the flag and the environment variable that can set it. */
export type Setting = {
  readonly name: string;
  readonly about: string;
  /** A secret comes from the environment or a file (`…_FILE`), never from a flag, and is never printed. */
  readonly secret?: true;
  /** How its text is read; `url`: its password is not printed, and is refused in a flag. */
  readonly kind?: "number" | "list" | "numberOrList" | "duration" | "url";
  /** The flag's name, where the rule below makes an odd one. */
  readonly flag?: string;
};

/** `access.ttl` as a flag is `access-ttl`, `access.clientId` is `access-client-id`. */
export const flagOf = ({ name, flag }: Setting): string =>
  flag ?? name.replaceAll(".", "-").replace(/[A-Z]+/g, (part) => `-${part.toLowerCase()}`);

/** `access.ttl` in the environment is `CARDEA_ACCESS_TTL`. */
export const variableOf = (setting: Setting): string => `CARDEA_${flagOf(setting).replaceAll("-", "_").toUpperCase()}`;
