/** Words to keep out of passwords, in the reading in which they are compared. */
export type ContextWords = readonly string[];

/** Shorter ones are in everything. */
const shortestWord = 3;

/** A date and a mark or two: what people put around a word. */
const longestAffix = 10;

/**
 * The words of addresses and names: each as a whole, without its separators, and its parts. `ada.lovelace@example.com` gives the
 * address, `ada.lovelace`, `adalovelace`, `lovelace`, `example` and more.
 */
export function contextWords(known: readonly string[]): ContextWords {
  const words = known.flatMap((text) => {
    const plain = plainText(text);
    const [local = "", domain = ""] = plain.split("@");
    return [plain, local, domain, ...parts(local), ...parts(domain)].map((word) => reading(joined(word)));
  });
  return [...new Set(words)].filter((word) => word.length >= shortestWord);
}

/**
 * Whether a password is one of the words, forwards or backwards, in any case, with the usual figures for letters (`c4rd3a`), with
 * up to ten digits and signs around it. One that goes on with further letters is not: only the entire password is judged.
 */
export function isMadeOf(password: string, words: ContextWords): boolean {
  const plain = plainText(password);
  const forms = [plain, joined(plain)].map(formOf);
  return words.some((word) => {
    const backwards = [...word].reverse().join("");
    return forms.some((form) => isWordWithin(form, word) || isWordWithin(form, backwards));
  });
}

type Form = { readonly read: string; readonly firstLetter: number; readonly lastLetter: number };

function formOf(plain: string): Form {
  const letters = [...plain.matchAll(/\p{L}/gu)];
  return { read: reading(plain), firstLetter: letters[0]?.index ?? -1, lastLetter: letters.at(-1)?.index ?? -1 };
}

/** Whether the word stands in the form with nothing but digits and signs around it; a password without letters must be the word itself. */
function isWordWithin({ read, firstLetter, lastLetter }: Form, word: string): boolean {
  const affix = read.length - word.length;
  if (affix === 0) return read === word;
  if (affix < 0 || affix > longestAffix || firstLetter < 0) return false;
  for (let at = Math.max(0, lastLetter + 1 - word.length); at <= Math.min(affix, firstLetter); at += 1) {
    if (read.startsWith(word, at)) return true;
  }
  return false;
}

/** Lower case, without accents and compatibility forms. */
const plainText = (text: string): string => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

const parts = (text: string): readonly string[] => text.split(/[^\p{L}\p{N}]+/u);

const joined = (text: string): string => text.replace(/[^\p{L}\p{N}@$!|]+/gu, "");

/** One letter for each figure that stands for it; `1`, `l`, `|` and `!` are all read as `i`. As long as what is read. */
const reading = (text: string): string => text.replace(/[0134578@$!|l]/g, (figure) => figures[figure] ?? figure);

const figures: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "i",
  l: "i",
};
