import { isDeepStrictEqual } from "node:util";
import type { By, Decision, People } from "../people/people.ts";
import { StoreBusyError } from "../refusal.ts";
import type { Person, Subject } from "../store/ports.ts";
import type { Minted, SignedIn } from "./minting.ts";

/** A change that may hand out tokens: `decide` answers what it minted, or something else and nothing is handed out. */
export type HandingOut<T> = {
  readonly subject: Subject;
  readonly by: By;
  readonly decide: (person: Person) => Decision<Minted["handOut"] | T>;
};

/**
 * Carries out a change and hands out its tokens. Nothing is committed for which there is no token: a key that is here signs
 * after the commit, where nothing can fail any more, and one elsewhere before it. Undefined as `People.change`. Throws
 * `SignerUnavailableError` when the key does not sign, with nothing changed, and `StoreBusyError` when the person keeps changing.
 */
export async function changeHandingOut<T>(
  people: Pick<People, "change">,
  { subject, by, decide }: HandingOut<T>,
): Promise<{ readonly signedIn: SignedIn } | { readonly answer: T } | undefined> {
  let signed: Signed<T> | undefined;
  for (let draft = 1; draft <= mostDrafts; draft++) {
    const draftFor = (person: Person): Decision<Step<T>> => {
      if (signed && isSamePerson(signed.person, person)) return { ...signed.decision, answer: signed };
      const decision = decide(person);
      const { answer } = decision;
      if (!isHandOut(answer)) return { ...decision, answer: { answer } };
      return answer.isSignedElsewhere ? { answer: { person, decision, unsigned: answer } } : { ...decision, answer };
    };
    // Tokens of what is committed are handed out, whatever this process hears of the log: nobody else has them.
    const step = await people.change(subject, by, draftFor, { mustArrive: (each) => !("answer" in each) });
    if (!step) return undefined;
    if (isHandOut(step)) return { signedIn: await step.take() };
    if (!("unsigned" in step)) return step;
    const { unsigned, ...rest } = step;
    signed = { ...rest, signedIn: await unsigned.take() };
  }
  throw new StoreBusyError("The person changed each time while a token was being signed.");
}

/** Each time somebody else's change went through, so twenty who race all get in. */
const mostDrafts = 25;

type Draft<T> = { readonly person: Person; readonly decision: Decision<Minted["handOut"] | T> };
type Signed<T> = Draft<T> & { readonly signedIn: SignedIn };
type Step<T> =
  | Minted["handOut"]
  | { readonly answer: T }
  | Signed<T>
  | (Draft<T> & { readonly unsigned: Minted["handOut"] });

const isHandOut = (answer: unknown): answer is Minted["handOut"] =>
  typeof answer === "object" && answer !== null && "isSignedElsewhere" in answer;

/** The log's head may have moved on: a token that names an earlier one can only be refused too often. */
const isSamePerson = ({ head: _, ...before }: Person, { head: __, ...now }: Person): boolean =>
  isDeepStrictEqual(before, now);
