import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A text field that is as high as its text, also when the page becomes narrower. */
export function useFittingHeight(text: string): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const fit = (): void => {
      const { current } = field;
      if (!current) return;
      current.style.height = "auto";
      current.style.height = `${current.scrollHeight + 2}px`;
    };
    fit();
    addEventListener("resize", fit);
    return () => removeEventListener("resize", fit);
  }, [text]);
  return field;
}
