import type { JSX } from "preact";
import type { Playground } from "./usePlayground.ts";
import { span } from "./words.ts";

/** The numbers that tell the modes apart. */
export function Counters({ checked, travel }: Playground): JSX.Element {
  const services = checked?.services ?? [];
  const slowest = (pick: (verdict: (typeof services)[number]) => number): string =>
    services.length === 0 ? "–" : span(Math.max(...services.map(pick)));
  return (
    <dl class="counters">
      <Counter name="Store reads" value={String(checked?.reads ?? 0)} about="at the issuer, for checks" />
      <Counter name="Half of checks" value={slowest(({ p50 }) => p50)} about="take less than this" />
      <Counter name="99% of checks" value={slowest(({ p99 }) => p99)} about="take less than this" />
      <Counter name="Revoke to last yes" value={lastYes(travel)} about="at the slower service" />
    </dl>
  );
}

const Counter = ({
  name,
  value,
  about,
}: {
  readonly name: string;
  readonly value: string;
  readonly about: string;
}): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>
      <b>{value}</b>
      <span>{about}</span>
    </dd>
  </div>
);

function lastYes(travel: Playground["travel"]): string {
  if (!travel || travel.doneMs === null) return "–";
  if (travel.services.some(({ refusedMs }) => refusedMs === null)) return "at its end";
  return `${Math.round(Math.max(...travel.services.map(({ lastAcceptedMs }) => lastAcceptedMs ?? 0)))} ms`;
}
