import { controls } from "./controls.ts";
import { inspector } from "./inspector.ts";
import { lanes } from "./lanes.ts";
import { palette } from "./palette.ts";
import { token } from "./token.ts";

/** The stylesheet of the playground. */
export const playgroundStyle = palette + controls + token + lanes + inspector;
