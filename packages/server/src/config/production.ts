import { ConfigurationError } from "../refusal.ts";
import type { CheckedOptions } from "./options.ts";

/** A setting that is fine for trying things out and unsafe for everybody. */
export type UnsafeSetting = {
  /** The setting at fault. */
  readonly setting: string;
  readonly isUnsafe: (options: CheckedOptions) => boolean;
  /** Why, and what to do about it. */
  readonly fix: string;
};

/** What production does not start with: one row each, which one test shows. */
export const unsafeSettings: readonly UnsafeSetting[] = [
  {
    setting: "issuer",
    isUnsafe: ({ issuer }) => issuer.protocol !== "https:",
    fix: "production needs an https URL. Set CARDEA_ISSUER, for example https://app.example.com/auth",
  },
  {
    setting: "store",
    isUnsafe: ({ store }) => store.name === "memory",
    fix: "a store in memory forgets accounts and revocations with the process. Set CARDEA_STORE, for example sqlite:./data/cardea.db",
  },
  {
    setting: "secret",
    isUnsafe: ({ secret }) => secret === undefined,
    fix: "production does not use a generated key-encryption secret. Set CARDEA_SECRET or CARDEA_SECRET_FILE to 32 random bytes as base64url.",
  },
  {
    setting: "secret",
    isUnsafe: ({ secret = [] }) => secret.some(isPhrase),
    fix: "this is a text that somebody thought of. Set CARDEA_SECRET to 32 random bytes as base64url: node -p \"crypto.randomBytes(32).toString('base64url')\"",
  },
  {
    setting: "keys.secret",
    isUnsafe: ({ keys }) => keys.secret !== undefined && isPhrase(keys.secret),
    fix: "this is a text that somebody thought of, and whoever guesses it makes tokens. Set CARDEA_KEYS_SECRET to random bytes as base64url (RFC 8725 3.5).",
  },
  {
    setting: "mail",
    isUnsafe: ({ mail, accounts }) =>
      mail.smtp === undefined && mail.send === undefined && accounts.emailVerification !== "off",
    fix: "nobody gets a mail, so nobody can confirm an address or reset a password. Set CARDEA_MAIL_SMTP (smtp://user:password@mail.example.com:587) and CARDEA_MAIL_FROM; to go without, set CARDEA_ACCOUNTS_EMAIL_VERIFICATION=off",
  },
  {
    setting: "trustProxy",
    isUnsafe: ({ trustProxy }) => trustsTooMany(trustProxy),
    fix: "so many proxies let anybody choose an address. Set CARDEA_TRUST_PROXY to the number that stand in front (8 at most), or to their addresses, such as 10.0.0.0/8",
  },
];

/** The rows that a configuration breaks. */
export const unsafeIn = (options: CheckedOptions): readonly UnsafeSetting[] =>
  unsafeSettings.filter(({ isUnsafe }) => isUnsafe(options));

/** Throws `ConfigurationError` with every unsafe setting at once. */
export function refuseUnsafe(options: CheckedOptions): void {
  const faults = unsafeIn(options).map(({ setting, fix }) => `\n  ${setting}: ${fix}`);
  if (faults.length === 0) return;
  throw new ConfigurationError(`Refusing to start with NODE_ENV=production:${faults.join("")}`);
}

/** The largest blocks that networks keep to themselves are 10.0.0.0/8 and fc00::/7; of public addresses nobody has a /16 of IPv6. */
function trustsTooMany(trustProxy: CheckedOptions["trustProxy"]): boolean {
  if (typeof trustProxy === "number") return trustProxy > 8;
  return (trustProxy ?? []).some((block) => {
    const [address = "", bits = "128"] = block.split("/");
    const least = /^f[cd]/i.test(address) ? 7 : address.includes(":") ? 16 : 8;
    return Number(bits) < least;
  });
}

/** Readable text that is neither hexadecimal nor base64 of a generator's bytes: people remember it, so people guess it. */
function isPhrase(secret: Uint8Array): boolean {
  const text = Buffer.from(secret).toString("latin1");
  if (!/^[\x20-\x7e\s]+$/.test(text)) return false;
  const isHex = /^[0-9a-f]{64,}$/i.test(text);
  const isBase64 = /^[\w+/-]{43,}=*$/.test(text) && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
  return !isHex && !isBase64;
}
