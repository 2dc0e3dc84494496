import { ours } from "./peers/cardea.ts";
import type { PeerRow } from "./peers.ts";

const width = 760;
const left = 190;
const barHeight = 20;
const top = 46;
const least = 0.01;
const most = 10_000;
const ticks: Readonly<Record<string, string>> = { 0.01: "10 ns", 1: "1 µs", 100: "100 µs", 10000: "10 ms" };

/** What one check costs by itself as bars, on a logarithmic scale; for light and dark pages alike, without anything from outside. */
export function chart(peers: readonly PeerRow[], node: string): string {
  const bottom = top + peers.length * barHeight;
  const title = `Finding out that a token is not revoked (logarithmic), shorter is better. Node ${node}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 28}" width="${width}" height="${bottom + 28}" role="img" aria-labelledby="title">`,
    `<title id="title">${title}</title>`,
    style,
    text(12, 20, title, "strong"),
    ...Object.entries(ticks).flatMap(([micros, label]) => [
      `<line x1="${xOf(Number(micros))}" x2="${xOf(Number(micros))}" y1="${top - 8}" y2="${bottom}"/>`,
      text(xOf(Number(micros)), bottom + 16, label, "faint", "middle"),
    ]),
    ...peers.flatMap(bar),
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

function bar({ name, costs: [alone] }: PeerRow, at: number): readonly string[] {
  const { micros = Number.NaN, times = Number.NaN } = alone ?? {};
  const y = top + at * barHeight;
  const isOurs = name === ours || name.startsWith("of that");
  const length = round(xOf(micros) - left);
  return [
    text(left - 8, y + 13, name, isOurs ? "strong" : "", "end"),
    `<rect x="${left}" y="${y + 2}" width="${length}" height="${barHeight - 6}" rx="1.5" fill="${isOurs ? "#12a594" : "#8b949e"}"/>`,
    text(
      left + length + 5,
      y + 13,
      times >= 10 ? `${Math.round(times)}×` : `${Number(times.toPrecision(2))}×`,
      "faint",
    ),
  ];
}

/** Where a time ends; the longest bar leaves room for its label. */
const xOf = (micros: number): number => {
  const share = Math.log10(Math.min(Math.max(micros, least), most) / least) / Math.log10(most / least);
  return round(left + share * (width - left - 56));
};

const round = (value: number): number => Math.round(value * 10) / 10;

const text = (x: number, y: number, content: string, kind = "", anchor = "start"): string =>
  `<text x="${x}" y="${y}"${kind && ` class="${kind}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${content}</text>`;
