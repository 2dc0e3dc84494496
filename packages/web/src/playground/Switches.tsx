import type { JSX } from "preact";
import { Choice } from "./parts.tsx";
import { algorithms, modes, storages } from "./settings.ts";
import type { Playground } from "./usePlayground.ts";
import { algorithmWords, modeWords, storageWords } from "./words.ts";

/** Mode, algorithm and storage: each choice with what it means. */
export function Switches({ settings, change }: Playground): JSX.Element {
  const { mode, alg, storage } = settings;
  return (
    <section class="card switches" aria-label="How it works here">
      <Choice
        legend="Where is the state?"
        name="mode"
        value={mode}
        options={modes.map((value) => ({ value, label: modeWords[value].name }))}
        onChange={(value) => change({ mode: value })}
      >
        {modeWords[mode].text}
      </Choice>
      <Choice
        legend="What signs it?"
        name="alg"
        value={alg}
        options={algorithms.map((value) => ({ value, label: value }))}
        onChange={(value) => change({ alg: value })}
      >
        {mode === "stateful"
          ? "Nothing: an opaque token has no signature. It is looked up instead."
          : algorithmWords[alg]}
      </Choice>
      <Choice
        legend="Where does the page keep it?"
        name="storage"
        value={storage}
        options={storages.map((value) => ({ value, label: storageWords[value].name }))}
        onChange={(value) => change({ storage: value })}
      >
        {storageWords[storage].text}
      </Choice>
    </section>
  );
}
