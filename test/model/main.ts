import { deep, describeBounds, type Space, small, usual } from "./bounds.ts";
import { type Exploration, explore } from "./explore.ts";
import { correct, systemOf } from "./protocol.ts";
import { variants } from "./variants.ts";

// Searches the model and says what it finds: `npm run test:model`, and with `-- --deep` in wider bounds too.
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const spaces = process.argv.includes("--deep") ? [...usual, ...deep] : usual;
const failed = [...spaces.map(isSafe), ...variants.map(isCaught)].includes(false);
say(failed ? "FAILED" : "As it must be.");
process.exitCode = failed ? 1 : 0;

function isSafe({ bounds, states }: Space): boolean {
  say(`\nThe protocol; ${describeBounds(bounds)}`);
  const found = explore(systemOf(correct, bounds, ["bound", "memory", "growth"]), {
    mostStates: 20_000_000,
    onDepth: (progress) => say(`  depth ${progress.depth}: ${progress.states} states`),
  });
  tell(found);
  return found.counterexample === undefined && found.states === states;
}

function isCaught({ name, protocol, breaks }: (typeof variants)[number]): boolean {
  return breaks.every((invariant) => {
    say(`\n${name}; is it ${invariant} that breaks?`);
    const found = explore(systemOf(protocol, small, [invariant]), { mostStates: 20_000_000 });
    tell(found);
    return found.counterexample !== undefined;
  });
}

function tell({ states, steps, counterexample }: Exploration): void {
  say(`  ${states} states, ${steps} steps`);
  counterexample?.way.forEach((step, index) => {
    say(`  ${index + 1}. ${step}`);
  });
  say(counterexample ? `  BROKEN: ${counterexample.broken}` : "  nothing is broken");
}
