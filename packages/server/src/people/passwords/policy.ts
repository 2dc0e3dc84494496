import { type Result, refuse } from "../../refusal.ts";
import type { Fetch } from "../../world.ts";
import { type CommonPasswords, shippedCommonPasswords } from "./commonPasswords.ts";
import { contextWords, isMadeOf } from "./contextWords.ts";
import { type AcceptablePassword, acceptPassword, type MalformedPassword, presentedPassword } from "./password.ts";
import { type PasswordRefusal, passwordRefusal, type WeakPassword } from "./passwordRefusal.ts";
import { isPredictable } from "./predictable.ts";

/** What new passwords must be, and the form in which old ones are taken. */
export type PasswordPolicy = {
  /** Judges a new password of the person with this address; `words` are further ones that others know of them, such as a name. */
  readonly accept: (
    input: string,
    person: { readonly email: string; readonly words?: readonly string[] },
  ) => Promise<Result<AcceptablePassword, PasswordRefusal>>;
  /** Takes a password as somebody signs in with it: only its form counts, since older rules may have accepted it. */
  readonly present: (input: string) => Result<AcceptablePassword, MalformedPassword>;
  /** The fewest code points that `accept` takes. */
  readonly min: number;
};

/** `default` asks for 8 code points (ASVS 5.0, 6.2.1), `nist-800-63b-4` for 15, as NIST does where a password is all there is. */
export type PolicyName = "default" | "nist-800-63b-4";

/** Whether a password is known from a breach; throws when that cannot be found out. A provider of one's own may ignore `tools`. */
export type BreachedPasswords = (password: string, tools: BreachTools) => Promise<boolean>;

/** What a provider may use: the network, and whom to tell of what went wrong when it answers all the same. */
export type BreachTools = { readonly fetch: Fetch; readonly onFault: (error: unknown) => void };

/** `words` are what people's passwords must not be made of: names of the product and the organisation. `onFault` hears of a provider that fails. */
export type PasswordPolicyOptions = {
  readonly policy?: PolicyName | undefined;
  readonly words?: readonly string[] | undefined;
  readonly breached?: BreachedPasswords | undefined;
  readonly fetch?: Fetch | undefined;
  readonly onFault?: ((error: unknown) => void) | undefined;
  /** Default: the list that comes with the package. */
  readonly common?: CommonPasswords | undefined;
};

/** The shortest password of each policy. */
export const shortest: Readonly<Record<PolicyName, number>> = { default: 8, "nist-800-63b-4": 15 };

/**
 * The rules of NIST SP 800-63B-4 3.1.1.2: length, then the whole password against lists; no composition rules. What a list
 * refuses is the entire password, never one that contains a listed word. `accept` takes less than 10 ms, the provider aside.
 */
export function createPasswordPolicy({
  policy = "default",
  words = [],
  breached,
  common = shippedCommonPasswords,
  fetch = noNetwork,
  onFault = () => undefined,
}: PasswordPolicyOptions): PasswordPolicy {
  const min = shortest[policy];
  const ours = contextWords(words);

  function weakness(password: string, theirs: readonly string[]): WeakPassword | undefined {
    if (isPredictable(password)) return "password_predictable";
    if (isMadeOf(password, [...contextWords(theirs), ...ours])) return "password_contextual";
    return common(password) ? "password_common" : undefined;
  }

  /** A provider that fails has not said that the password is fine. */
  async function breach(password: string): Promise<WeakPassword | undefined> {
    try {
      return (await breached?.(password, { fetch, onFault })) ? "password_breached" : undefined;
    } catch (error) {
      onFault(error);
      return "password_unchecked";
    }
  }

  return {
    min,
    present: presentedPassword,
    accept: async (input, { email, words: own = [] }) => {
      const password = acceptPassword(input, min);
      if (!password.ok) return refuse(passwordRefusal(password.refusal, min));
      const weak = weakness(password.value, [email, ...own]) ?? (await breach(password.value));
      return weak ? refuse(passwordRefusal(weak, min)) : password;
    },
  };
}

const noNetwork: Fetch = () => Promise.reject(new Error("This world has no network."));
