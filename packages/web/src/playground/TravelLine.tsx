import type { JSX } from "preact";
import type { Travel } from "./api.ts";
import type { Playground } from "./usePlayground.ts";

type ServiceTravel = Travel["services"][number];

/** How the news that a token is over gets from the issuer to the services. */
export function TravelLine({ travel, settings, busy }: Playground): JSX.Element {
  return (
    <section class="card travel" aria-labelledby="travelTitle">
      <header class="cardHead">
        <h2 id="travelTitle">How the news travels</h2>
      </header>
      {travel && travel.doneMs !== null ? (
        <>
          {travel.services.map((service) => (
            <Track
              key={service.service}
              service={service}
              doneMs={travel.doneMs ?? 0}
              asks={settings.mode === "stateful"}
            />
          ))}
          <p class="hint">{summary(travel, settings.mode)}</p>
        </>
      ) : (
        <p class="lead empty">
          {busy === "leave" || busy?.startsWith("revoke") || busy === "kill_key"
            ? "On its way …"
            : "Take a token back, and see how the news travels."}
        </p>
      )}
    </section>
  );
}

function Track({
  service: { service, knewMs, lastAcceptedMs, refusedMs },
  doneMs,
  asks,
}: {
  readonly service: ServiceTravel;
  readonly doneMs: number;
  readonly asks: boolean;
}): JSX.Element {
  const stops = [
    { name: "issuer", at: doneMs, text: "taken back" },
    { name: service, at: asks ? refusedMs : knewMs, text: asks ? "asks, hears no" : "has heard" },
    { name: "enforced", at: refusedMs, text: refusedMs === null ? "still accepted" : "refuses" },
  ];
  return (
    <div class={`track ${refusedMs === null ? "never" : ""}`}>
      <ol class="stops">
        {stops.map(({ name, at, text }) => (
          <li key={name} class={at === null ? "missed" : "reached"}>
            <i class="stop" aria-hidden="true" />
            <strong>{name}</strong>
            <span>{text}</span>
            <b class="ms">{at === null ? "—" : `${milliseconds(at)}`}</b>
          </li>
        ))}
      </ol>
      <p class="lastYes">
        last yes{" "}
        <b>
          {lastAcceptedMs === null ? "before the order" : refusedMs === null ? "not yet" : milliseconds(lastAcceptedMs)}
        </b>
      </p>
    </div>
  );
}

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

function summary({ services }: Travel, mode: string): string {
  if (services.some(({ refusedMs }) => refusedMs === null)) {
    return mode === "stateless"
      ? "Nobody tells the services: in this mode a token ends only by its own time. The session is over all the same, so there will be no next token."
      : "The news has not arrived: the feed is cut. What happens now is up to the policy.";
  }
  return mode === "stateful"
    ? "Each service asks about each request, so the very next one is refused."
    : "The issuer sends the news to every service that listens. Nobody has to ask.";
}
