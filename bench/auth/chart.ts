import type { SpeedRow } from "./speeds.ts";

const width = 760;
const left = 262;
const barHeight = 18;
const top = 46;
const most = 1_000_000;

/** Session checks a second as bars, on a logarithmic scale from 1,000; for light and dark pages alike, without anything from outside. */
export function chart(checks: readonly SpeedRow[], node: string): string {
  const bottom = top + checks.length * barHeight;
  const ticks = [1_000, 10_000, 100_000, most];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 28}" width="${width}" height="${bottom + 28}" role="img" aria-labelledby="title">`,
    `<title id="title">Session checks a second on Node ${node}, on a logarithmic scale; longer is faster</title>`,
    style,
    text(12, 20, `Session checks a second (logarithmic), longer is faster. Node ${node}`, "strong"),
    ...ticks.flatMap((tick) => [
      `<line x1="${xOf(tick)}" x2="${xOf(tick)}" y1="${top - 8}" y2="${bottom}"/>`,
      text(xOf(tick), bottom + 16, tick.toLocaleString("en"), "faint", "middle"),
    ]),
    ...checks.flatMap(bar),
    "</svg>",
  ].join("\n")}\n`;
}

const style = `<style>
text { font: 11px system-ui, sans-serif; fill: #1f2328 }
.strong { font-weight: 600 }
.faint { fill: #656d76 }
line { stroke: #8c959f; stroke-opacity: .35 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .faint { fill: #9198a1 } }
</style>`;

function bar({ name, perSecond, times }: SpeedRow, at: number): readonly string[] {
  const y = top + at * barHeight;
  const isOurs = /^(?:stateful|hybrid|stateless),/.test(name);
  const length = round(xOf(perSecond) - left);
  return [
    text(left - 8, y + 12, name, isOurs ? "strong" : "", "end"),
    `<rect x="${left}" y="${y + 2}" width="${length}" height="${barHeight - 5}" rx="1.5" fill="${isOurs ? "#12a594" : "#8b949e"}"/>`,
    text(left + length + 5, y + 12, times >= 10 ? `${Math.round(times)}×` : `${times.toFixed(1)}×`, "faint"),
  ];
}

/** Where a speed ends; the longest bar leaves room for its label. */
const xOf = (perSecond: number): number =>
  round(left + (Math.log10(Math.max(perSecond, 1_000) / 1_000) / Math.log10(most / 1_000)) * (width - left - 56));

const round = (value: number): number => Math.round(value * 10) / 10;

const text = (x: number, y: number, content: string, kind = "", anchor = "start"): string =>
  `<text x="${x}" y="${y}"${kind && ` class="${kind}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${content}</text>`;
