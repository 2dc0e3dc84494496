import { after } from "node:test";

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.toReversed()) await close();
});

/** Closes what was opened when the test file is through, the last one first. */
export const closing = <T extends { readonly close: () => unknown }>(opened: T): T => {
  closers.push(opened.close);
  return opened;
};
