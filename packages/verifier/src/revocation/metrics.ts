import type { Count, Decisions } from "./decisions.ts";
import { type RevocationStatus, revocationStates } from "./status.ts";

/** The status of views by their issuers, in the text format of Prometheus (version 0.0.4). Ends in a line break. */
export function revocationMetrics(views: ReadonlyMap<string, RevocationStatus>): string {
  const lines = families.flatMap(({ name, type, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...[...views].flatMap(([issuer, status]) =>
      samples(status).map(([labels, value]) => `${name}{${labelled({ issuer, ...labels })}} ${written(value)}`),
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

type Labels = Readonly<Record<string, string>>;

type Family = {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: (status: RevocationStatus) => readonly (readonly [Labels, number])[];
};

/** One sample without labels of its own. */
const one =
  (read: (status: RevocationStatus) => number): Family["samples"] =>
  (status) => [[{}, read(status)]];

const families: readonly Family[] = [
  {
    name: "cardea_revocation_state",
    type: "gauge",
    help: "1 for the state that the view is in, 0 for every other.",
    samples: ({ state }) => revocationStates.map((each) => [{ state: each }, each === state ? 1 : 0]),
  },
  {
    name: "cardea_revocation_staleness_seconds",
    type: "gauge",
    help: "Age of the last confirmation that nothing is missing; +Inf before the first.",
    samples: one(({ stalenessMs }) => stalenessMs / 1000),
  },
  {
    name: "cardea_revocation_position",
    type: "gauge",
    help: "Position of the log that was applied, within its epoch.",
    samples: one(({ position }) => position),
  },
  {
    name: "cardea_revocation_entries",
    type: "gauge",
    help: "Revocations held.",
    samples: one(({ entries }) => entries),
  },
  {
    name: "cardea_revocation_reconnects_total",
    type: "counter",
    help: "Times the feed was lost or left.",
    samples: one(({ reconnects }) => reconnects),
  },
  {
    name: "cardea_revocation_gaps_total",
    type: "counter",
    help: "Times the feed left something out.",
    samples: one(({ gaps }) => gaps),
  },
  {
    name: "cardea_revocation_repairs_total",
    type: "counter",
    help: "Times what was missing was fetched beside the feed.",
    samples: one(({ repairs }) => repairs),
  },
  {
    name: "cardea_revocation_resyncs_total",
    type: "counter",
    help: "Times everything was asked for again.",
    samples: one(({ resyncs }) => resyncs),
  },
  {
    name: "cardea_revocation_position_waits_total",
    type: "counter",
    help: "Requests that showed a position beyond the view.",
    samples: ({ positionWaits }) => [
      [{ outcome: "reached" }, positionWaits.reached],
      [{ outcome: "missed" }, positionWaits.missed],
    ],
  },
  {
    name: "cardea_revocation_decisions_total",
    type: "counter",
    help: "Tokens that were good but for revocation, by the state of the view and what became of them.",
    samples: ({ decisions }) => decided(decisions),
  },
];

const decided = ({ live, staleDeny, staleAllow, staleIntrospect }: Decisions): ReturnType<Family["samples"]> =>
  Object.entries({
    live,
    "stale-deny": staleDeny,
    "stale-allow": staleAllow,
    "stale-introspect": staleIntrospect,
  }).flatMap(([state, { accepted, refused }]: [string, Count]) => [
    [{ state, verdict: "accepted" }, accepted],
    [{ state, verdict: "refused" }, refused],
  ]);

const labelled = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`)
    .join(",");

const written = (value: number): string => (value === Number.POSITIVE_INFINITY ? "+Inf" : String(value));
