import crypto from "node:crypto";

const answers = new Map<string, boolean>();

/** Whether node:crypto of this runtime makes keys of a type, on a curve where it needs one. Tried once per process. */
export function canGenerate(type: string, namedCurve?: string): boolean {
  const question = `${type} ${namedCurve}`;
  const answer = answers.get(question) ?? tryToGenerate(type, namedCurve);
  answers.set(question, answer);
  return answer;
}

function tryToGenerate(type: string, namedCurve: string | undefined): boolean {
  try {
    const generate = crypto.generateKeyPairSync as (type: string, options: object) => unknown;
    generate(type, { namedCurve });
    return true;
  } catch {
    return false;
  }
}
