/** The services, what they say, and how news reaches them. */
export const lanes = `.over { margin-bottom: 0.25rem; }
.notice { min-height: 1.5em; margin-bottom: 0.75rem; color: var(--faint); font-size: 0.9375rem; text-wrap: pretty; }
.lanes { display: grid; gap: 1rem; }
@media (min-width: 40rem) { .lanes { grid-template-columns: 1fr 1fr; } }
.lane { padding: 1.125rem; border-top-width: 4px; transition: border-color 0.2s; }
.lane.ok { border-top-color: var(--ok); }
.lane.bad { border-top-color: var(--bad); }
.lane.wait { border-top-color: var(--wait); }
.laneHead { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 0.75rem; min-height: 1.5rem; }
.laneHead h3 { font-size: 1rem; }
.freshness { display: inline-flex; align-items: center; gap: 0.375rem; color: var(--faint); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.freshness.stale { color: var(--wait); font-weight: 600; }
.freshness meter { width: 2.75rem; height: 0.75rem; }
.verdict { display: flex; align-items: center; gap: 0.75rem; margin-top: 0.75rem; }
.bigIcon { flex: none; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: 50%; font-size: 1.25rem; }
.bigIcon .icon { stroke-width: 2.5; }
.ok > .verdict .bigIcon { background: var(--okTint); color: var(--ok); }
.bad > .verdict .bigIcon { background: var(--badTint); color: var(--bad); }
.wait > .verdict .bigIcon { background: var(--waitTint); color: var(--wait); }
.verdict p { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.5rem; }
.verdict strong { font-size: 1.375rem; font-weight: 680; letter-spacing: -0.015em; }
.ok > .verdict strong { color: var(--ok); }
.bad > .verdict strong { color: var(--bad); }
.wait > .verdict strong { color: var(--wait); }
.status { color: var(--faint); font-variant-numeric: tabular-nums; }
.plainly { min-height: 3em; margin-top: 0.625rem; font-size: 0.9375rem; text-wrap: pretty; }
.code { min-height: 2.7em; margin-top: 0.25rem; color: var(--faint); font-size: 0.8125rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
.strip { display: grid; grid-template-columns: repeat(32, 1fr); gap: 2px; margin: 0.75rem 0 0.875rem; }
.strip i { height: 1.125rem; border-radius: 2px; background: var(--line); }
.strip .ok { background: var(--ok); }
.strip .bad { background: var(--bad); }
.strip .wait { background: var(--wait); }
.checks { display: grid; gap: 0.375rem; font-size: 0.875rem; }
.checks li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: start; gap: 0 0.5rem; }
.checks .icon, .steps .icon { margin-top: 0.125rem; }
.checks .ok .icon, .steps .ok .icon { color: var(--ok); }
.checks .bad .icon, .steps .bad .icon { color: var(--bad); }
.checks .bad .stepName { color: var(--bad); font-weight: 600; }
.checks .none { color: var(--faint); }
.checks .why { grid-column: 2 / -1; color: var(--faint); font-size: 0.8125rem; }
.micros { display: inline-flex; align-items: center; justify-content: end; flex-wrap: wrap; gap: 0 0.375rem; color: var(--faint); font-size: 0.8125rem; line-height: 1.5rem; font-variant-numeric: tabular-nums; text-align: right; }
.place { padding: 0 0.375rem; border-radius: 5px; background: var(--tint); color: var(--accent); line-height: 1.25rem; white-space: nowrap; }
.steps { display: grid; gap: 0.25rem; margin-top: 0.25rem; font-size: 0.8125rem; }
.steps li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0 0.5rem; padding: 0.25rem 0; border-top: 1px solid var(--line); }
.steps .why { grid-column: 2 / -1; grid-row: 2; color: var(--faint); overflow-wrap: anywhere; }
.numbers { display: flex; gap: 1.5rem; margin-top: 0.625rem; padding-top: 0.75rem; border-top: 1px solid var(--line); font-size: 0.8125rem; }
.numbers dt { color: var(--faint); }
.numbers dd { font-weight: 600; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
.counters { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1px; overflow: hidden; border: 1px solid var(--line); border-radius: 16px; background: var(--line); box-shadow: var(--shadow); }
.counters > div { padding: 0.875rem 1rem; background: var(--card); }
.counters dt { color: var(--faint); font-size: 0.8125rem; }
.counters dd { display: grid; }
.counters b { font-size: 1.375rem; line-height: 1.35; font-weight: 680; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.counters span { color: var(--faint); font-size: 0.8125rem; }
.track + .track { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.stops { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); }
.stops li { position: relative; display: grid; justify-items: center; padding-top: 1.75rem; font-size: 0.875rem; line-height: 1.4; text-align: center; }
.stops li::before { content: ""; position: absolute; top: 0.625rem; left: -50%; width: 100%; height: 2px; background: var(--ok); transform-origin: left; animation: run 0.35s ease-out backwards; }
.stops li:first-child::before { display: none; }
.stops li:nth-child(2)::before, .stops li:nth-child(2) .stop { animation-delay: 0.3s; }
.stops li:nth-child(3)::before, .stops li:nth-child(3) .stop { animation-delay: 0.65s; }
.stops .missed::before { background: repeating-linear-gradient(90deg, var(--edge) 0 5px, transparent 5px 10px); animation: none; }
.stop { position: absolute; top: 0.1875rem; width: 1rem; height: 1rem; border-radius: 50%; background: var(--ok); box-shadow: 0 0 0 4px var(--okTint); animation: arrive 0.3s ease-out backwards; }
.missed .stop { background: var(--card); border: 2px solid var(--edge); box-shadow: none; }
.stops span { color: var(--faint); font-size: 0.8125rem; }
.stops .ms { font-variant-numeric: tabular-nums; }
@keyframes run { from { transform: scaleX(0); } }
@keyframes arrive { from { transform: scale(0); opacity: 0; } }
.lastYes { margin-top: 0.5rem; color: var(--faint); font-size: 0.875rem; text-align: center; font-variant-numeric: tabular-nums; }
.lastYes b { color: var(--ink); }
.never .lastYes b { color: var(--wait); }
.travel > .hint { margin-top: 1.125rem; }
.outcomes { width: 100%; margin-top: 1rem; border-collapse: collapse; font-size: 0.875rem; }
.outcomes caption { margin-bottom: 0.375rem; color: var(--faint); font-size: 0.8125rem; text-align: left; }
.outcomes th { padding: 0.375rem 0.5rem; text-align: left; font-weight: 600; }
.outcomes td { padding: 0.25rem 0.5rem; }
.outcomes tr + tr > * { border-top: 1px solid var(--line); }
.outcomes .chosen { background: var(--tint); }
.outcomes .pill { min-height: 1.625rem; padding: 0 0.625rem; font-size: 0.8125rem; }
@media (max-width: 28rem) { .outcomes th, .outcomes td { padding: 0.25rem 0.125rem; } .outcomes .pill { padding: 0.125rem 0.3125rem; border-radius: 0.625rem; font-size: 0.6875rem; line-height: 1.25; } .outcomes .pill::before { display: none; } }
`;
