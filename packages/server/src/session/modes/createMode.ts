import { hybridMode } from "./hybrid.ts";
import type { ModeName, SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { statefulMode } from "./stateful.ts";
import { statelessMode } from "./stateless.ts";

/** The mode of a name; a new mode is a new row. */
export const createMode = (name: ModeName, parts: ModeParts): SessionMode => modes[name](parts);

const modes: Readonly<Record<ModeName, (parts: ModeParts) => SessionMode>> = {
  stateless: statelessMode,
  stateful: statefulMode,
  hybrid: hybridMode,
};
