import { algorithms } from "./reference.ts";
import type { Row } from "./rows.ts";

/** In the order of the bars. Colours of a middle lightness, which show on white and on black. */
const colours: Readonly<Record<string, string>> = {
  "@cardea/jwt": "#12a594",
  "fast-jwt": "#5b8def",
  jsonwebtoken: "#d9962e",
  jose: "#a874d6",
  "aws-jwt-verify": "#8b949e",
  "hono/jwt": "#e0705a",
  "@node-rs/jsonwebtoken": "#a1805f",
};

/** One diagram of bars in groups, a group for each algorithm. */
type Panel = {
  readonly title: string;
  readonly op: Row["op"];
  readonly top: number;
  /** The height of a bar as a share of the panel's. */
  readonly scale: (ofRaw: number) => number;
  readonly ticks: readonly number[];
  readonly barWidth: number;
  readonly labelled: readonly string[];
};

const width = 760;
const left = 44;
const panelHeight = 130;
const groupWidth = (width - left - 12) / algorithms.length;

const linear = (ofRaw: number): number => Math.min(ofRaw / 1.75, 1);
const logarithmic = (times: number): number => Math.min(Math.log10(Math.max(times, 1)) / Math.log10(500), 1);

const panels: readonly Panel[] = [
  {
    title: "verify",
    op: "verify",
    top: 84,
    scale: linear,
    ticks: [0.5, 1, 1.5],
    barWidth: 15,
    labelled: ["@cardea/jwt"],
  },
  { title: "sign", op: "sign", top: 264, scale: linear, ticks: [0.5, 1, 1.5], barWidth: 15, labelled: ["@cardea/jwt"] },
  {
    title: "verify a known token again, with a cache (logarithmic)",
    op: "repeat-verify",
    top: 444,
    scale: logarithmic,
    ticks: [1, 10, 100],
    barWidth: 36,
    labelled: ["@cardea/jwt", "fast-jwt"],
  },
];

const height = 444 + panelHeight + 26;

/** A picture of the result, for light and dark pages alike, without anything from outside. */
export function chart(rows: readonly Row[], node: string): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">Speed of JWT libraries on Node ${node} as a share of node:crypto alone; taller is faster</title>`,
    style,
    text(left, 18, `Speed as a share of node:crypto alone. Taller is faster. Node ${node}`, "strong"),
    ...legend(),
    ...panels.flatMap((panel) => drawn(panel, rows)),
    "</svg>",
  ].join("\n")}\n`;
}

const style = `<style>
text { font: 11px system-ui, sans-serif; fill: #1f2328 }
.strong { font-weight: 600; paint-order: stroke; stroke: #fff; stroke-width: 3px }
.faint { fill: #656d76 }
line { stroke: #8c959f; stroke-opacity: .35 }
.raw { stroke-opacity: 1; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .faint { fill: #9198a1 } .strong { stroke: #0d1117 } }
</style>`;

function legend(): readonly string[] {
  return Object.entries(colours).flatMap(([name, colour], at) => {
    const [x, y] = [left + (at % 4) * 172, 34 + Math.floor(at / 4) * 18];
    return [`<rect x="${x}" y="${y}" width="10" height="10" rx="2" fill="${colour}"/>`, text(x + 15, y + 9, name)];
  });
}

function drawn(panel: Panel, rows: readonly Row[]): readonly string[] {
  const bottom = panel.top + panelHeight;
  return [
    text(left, panel.top, panel.title, "strong"),
    ...panel.ticks.flatMap((tick) => tickLine(panel, tick)),
    `<line x1="${left}" x2="${width - 12}" y1="${bottom}" y2="${bottom}" style="stroke-opacity: 1"/>`,
    ...algorithms.flatMap((alg, group) => {
      const ofGroup = rows.filter((row) => row.op === panel.op && row.alg === alg);
      const centre = left + (group + 0.5) * groupWidth;
      return [...bars(panel, ofGroup, centre), text(centre, bottom + 15, alg, "faint", "middle")];
    }),
  ];
}

function tickLine(panel: Panel, tick: number): readonly string[] {
  const y = heightOf(panel, tick).y;
  const kind = tick === 1 ? ' class="raw"' : "";
  return [
    `<line${kind} x1="${left}" x2="${width - 12}" y1="${y}" y2="${y}"/>`,
    text(left - 5, y + 4, tick === 1 ? "raw 1" : String(tick), "faint", "end"),
  ];
}

function bars(panel: Panel, rows: readonly Row[], centre: number): readonly string[] {
  const shown = Object.keys(colours).flatMap((name) => rows.filter(({ library }) => library === name));
  const start = centre - (shown.length * panel.barWidth) / 2;
  return shown.flatMap(({ library, ofRaw }, at) => {
    const x = round(start + at * panel.barWidth);
    const { y, size } = heightOf(panel, ofRaw);
    const bar = `<rect x="${x}" y="${y}" width="${panel.barWidth - 2}" height="${size}" rx="1.5" fill="${colours[library]}"/>`;
    if (!panel.labelled.includes(library)) return [bar];
    const kind = library === "@cardea/jwt" ? "strong" : "faint";
    return [bar, text(round(x + panel.barWidth / 2 - 1), y - 4, label(ofRaw), kind, "middle")];
  });
}

/** The uppermost part of a panel is for its title. */
function heightOf(panel: Panel, ofRaw: number): { readonly y: number; readonly size: number } {
  const size = round(panel.scale(ofRaw) * (panelHeight - 16));
  return { y: round(panel.top + panelHeight - size), size };
}

const label = (ofRaw: number): string =>
  ofRaw >= 10 ? `${Math.round(ofRaw)}×` : ofRaw >= 3 ? `${ofRaw.toFixed(1)}×` : ofRaw.toFixed(2);

const round = (value: number): number => Math.round(value * 10) / 10;

const text = (x: number, y: number, content: string, kind = "", anchor = "start"): string =>
  `<text x="${x}" y="${y}"${kind && ` class="${kind}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${content}</text>`;
