import type { JSX } from "preact";
import type { Step, Verdict } from "./api.ts";
import { type Beat, shownBeats } from "./beats.ts";
import { Cross, Dash, Tick } from "./icons.tsx";
import { groups, plainly, span } from "./words.ts";

/** One service: what it says now, what it said before, and how it came to that. */
export function Lane({ verdict, beats }: { readonly verdict: Verdict; readonly beats: readonly Beat[] }): JSX.Element {
  const { service, ok, status, code, micros, calls, steps, p50, p99, view } = verdict;
  const tone = toneOf(status);
  return (
    <article class={`card lane ${tone}`} id={service} aria-label={`Service ${service}`}>
      <header class="laneHead">
        <h3>{service}</h3>
        {view.state !== "off" && <Freshness view={view} />}
      </header>
      <div class="verdict">
        <span class="bigIcon">{ok ? <Tick /> : <Cross />}</span>
        <p>
          <strong>{ok ? "Accepted" : status === 503 ? "Cannot tell" : "Refused"}</strong>
          <span class="status">{status}</span>
        </p>
      </div>
      <p class="plainly">{plainly(code)}</p>
      <p class="code">
        <code>{code}</code> in {span(micros)}
        {calls > 0 ? `, ${calls === 1 ? "one call" : `${calls} calls`} to the issuer` : ", nothing asked of anybody"}
      </p>
      <Strip beats={beats} service={service} />
      <Checks steps={steps} />
      <dl class="numbers">
        <div>
          <dt>Half under</dt>
          <dd>{span(p50)}</dd>
        </div>
        <div>
          <dt>99% under</dt>
          <dd>{span(p99)}</dd>
        </div>
      </dl>
    </article>
  );
}

/** The colour of an answer. */
export const toneOf = (status: number): "ok" | "bad" | "wait" =>
  status === 200 ? "ok" : status === 503 ? "wait" : "bad";

function Freshness({ view: { state, stalenessMs, isCut } }: Pick<Verdict, "view">): JSX.Element {
  const isStale = state !== "live" && state !== "resync";
  const age = stalenessMs < 0 ? "never" : `${(stalenessMs / 1000).toFixed(1)} s ago`;
  return (
    <p class={`freshness ${isStale ? "stale" : ""}`} title={`state: ${state}`}>
      <meter
        min={0}
        max={5000}
        low={2600}
        high={4400}
        optimum={0}
        value={Math.min(5000, Math.max(0, stalenessMs))}
        aria-label="Age of the news"
      />
      {isCut ? "cut · " : ""}news {age}
    </p>
  );
}

/** The latest answers, the newest on the right. */
function Strip({ beats, service }: { readonly beats: readonly Beat[]; readonly service: string }): JSX.Element {
  const empty = Array.from({ length: Math.max(0, shownBeats - beats.length) });
  const yes = beats.filter(({ status }) => status === 200).length;
  return (
    <p class="strip" role="img" aria-label={`${service}: of the latest ${beats.length} requests ${yes} were accepted`}>
      {[...empty.map(() => "none"), ...beats.map(({ status }) => toneOf(status))].map((tone, at) => (
        <i key={at} class={tone} />
      ))}
    </p>
  );
}

/** The checks in the words of people, and all of them behind that. */
export function Checks({ steps }: { readonly steps: readonly Step[] }): JSX.Element {
  return (
    <>
      <ol class="checks">
        {groups.map(({ name, holds }) => {
          const own = steps.filter(({ step }) => holds(step));
          return own.length > 0 && <GroupRow key={name} name={name} steps={own} />;
        })}
      </ol>
      <details class="more">
        <summary>{steps.length === 1 ? "The check" : `All ${steps.length} checks`}</summary>
        <ol class="steps">
          {steps.map(({ step, ok, why, micros, lookedUp }) => (
            <li key={step} class={ok ? "ok" : "bad"}>
              {ok ? <Tick /> : <Cross />}
              <span class="stepName">{step}</span>
              <span class="why">{why}</span>
              <span class="micros">
                {lookedUp !== "nothing" && `${places[lookedUp]} · `}
                {span(micros)}
              </span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

const places = { nothing: "", memory: "memory", network: "the issuer" } as const;

function GroupRow({ name, steps }: { readonly name: string; readonly steps: readonly Step[] }): JSX.Element {
  const failed = steps.find(({ ok }) => !ok);
  const isUnchecked = steps.length === 1 && /\bunchecked\b/.test(steps[0]?.why ?? "");
  const place = steps.some(({ lookedUp }) => lookedUp === "network")
    ? "network"
    : steps.some(({ lookedUp }) => lookedUp === "memory")
      ? "memory"
      : "nothing";
  const micros = steps.reduce((sum, step) => sum + step.micros, 0);
  return (
    <li class={failed ? "bad" : isUnchecked ? "none" : "ok"}>
      {failed ? <Cross /> : isUnchecked ? <Dash /> : <Tick />}
      <span class="stepName">{isUnchecked ? "Taken back? Nobody looks" : name}</span>
      <span class="micros">
        {place !== "nothing" && <span class="place">{places[place]}</span>}
        {span(micros)}
      </span>
      {failed && <span class="why">{failed.why}</span>}
    </li>
  );
}
