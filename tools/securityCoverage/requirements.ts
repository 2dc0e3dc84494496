import type { Area } from "./requirement.ts";
import { people } from "./requirements/people.ts";
import { service } from "./requirements/service.ts";
import { sessions } from "./requirements/sessions.ts";
import { tokens } from "./requirements/tokens.ts";

export { notCovered } from "./requirements/notCovered.ts";

/** Every requirement that a test must show, by area. A new one is a new row. */
export const areas: readonly Area[] = [...people, ...sessions, ...tokens, ...service];
