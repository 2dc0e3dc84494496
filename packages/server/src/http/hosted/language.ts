import { type Language, languages } from "../../pages/words/spans.ts";
import { isLanguage } from "../../pages/words/words.ts";
import type { CookieNames } from "../cookies.ts";
import { readPageCookie } from "./pageCookies.ts";
import { parameterOf } from "./parameters.ts";

/** The language of a page: the one of `?lang=`, the one that was chosen before, or the first of the browser's that we speak. */
export function languageOf(request: Request, cookies: CookieNames): Language {
  const before = readPageCookie(request, cookies, "language");
  return chosenNow(request) ?? (isLanguage(before) ? before : preferred(request.headers.get("accept-language")));
}

/** The language that this request chooses, if it does. */
export function chosenNow(request: Request): Language | undefined {
  const chosen = parameterOf(request, "lang");
  return isLanguage(chosen) ? chosen : undefined;
}

/** RFC 9110 12.5.4, as far as two languages need it: the best weight wins, and the order among equals. */
function preferred(header: string | null): Language {
  const ranges = (header ?? "").slice(0, 256).split(",", 20).map(rangeOf);
  const spoken = ranges.filter(({ tag, weight }) => weight > 0 && isLanguage(tag));
  const best = spoken.toSorted((a, b) => b.weight - a.weight)[0]?.tag;
  return isLanguage(best) ? best : (Object.keys(languages) as [Language])[0];
}

function rangeOf(text: string): { readonly tag: string; readonly weight: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim());
  const weight = parameters.find((part) => part.startsWith("q="));
  return {
    tag: range.split("-")[0]?.toLowerCase() ?? "",
    weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0,
  };
}
