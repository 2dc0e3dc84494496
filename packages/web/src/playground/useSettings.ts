import { useCallback, useEffect, useState } from "preact/hooks";
import { readSettings, type Settings, writeSettings } from "./settings.ts";

/** The settings of the page's URL, and how to change both. Back and forward lead through them. */
export function useSettings(): readonly [Settings, (part: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(() => readSettings(location.search));
  useEffect(() => {
    const follow = (): void => setSettings(readSettings(location.search));
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const change = useCallback((part: Partial<Settings>): void => {
    const next = { ...readSettings(location.search), ...part };
    history.pushState(undefined, "", writeSettings(next));
    setSettings(next);
  }, []);
  return [settings, change];
}
