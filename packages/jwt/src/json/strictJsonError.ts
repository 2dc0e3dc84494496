/** Why a text was refused. The message is fixed per code, it never quotes the text. */
export class StrictJsonError extends Error {
  readonly code: "duplicate_member" | "too_deep" | "not_json";

  constructor(code: StrictJsonError["code"]) {
    super(messages[code]);
    this.name = "StrictJsonError";
    this.code = code;
  }
}

const messages = {
  duplicate_member: "an object in the JSON text has the same member twice",
  too_deep: "the JSON text is nested too deeply",
  not_json: "the text is not JSON",
} as const;
