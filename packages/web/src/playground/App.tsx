import type { JSX } from "preact";
import { Counters } from "./Counters.tsx";
import { Inspector } from "./Inspector.tsx";
import { Hinge } from "./icons.tsx";
import { Lane } from "./Lane.tsx";
import { Policies } from "./Policies.tsx";
import { SignInCard } from "./SignInCard.tsx";
import { Switches } from "./Switches.tsx";
import { TakeBack } from "./TakeBack.tsx";
import { Tamper } from "./Tamper.tsx";
import { TokenCard } from "./TokenCard.tsx";
import { TravelLine } from "./TravelLine.tsx";
import { type Playground, usePlayground } from "./usePlayground.ts";

/** The whole page. `issuer` is the server's own. */
export function App({ issuer }: { readonly issuer: string }): JSX.Element {
  const page = usePlayground();
  const { view } = page.settings;
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          <Hinge />
          Cardea
        </a>
        <nav aria-label="Views" class="tabs">
          <Tab page={page} view="play" label="Playground" />
          <Tab page={page} view="inspect" label="Inspector" />
        </nav>
        <nav aria-label="This server" class="links">
          <a href={`${issuer}/sign-in`}>Hosted pages</a>
          <a href={`${issuer}/dev/inbox`}>Inbox</a>
        </nav>
      </header>
      <main>{view === "inspect" ? <Inspect /> : <Play {...page} />}</main>
    </>
  );
}

function Tab({
  page: { settings, change },
  view,
  label,
}: {
  readonly page: Playground;
  readonly view: Playground["settings"]["view"];
  readonly label: string;
}): JSX.Element {
  return (
    <button type="button" aria-current={settings.view === view ? "page" : undefined} onClick={() => change({ view })}>
      {label}
    </button>
  );
}

function Inspect(): JSX.Element {
  return (
    <>
      <div class="hero">
        <h1>What does this token say?</h1>
        <p>
          A JWT is signed, not sealed: whoever holds it can read it. Here you see what it says, and whether it is
          believed.
        </p>
      </div>
      <Inspector />
    </>
  );
}

function Play(page: Playground): JSX.Element {
  const { checked, beats, draft, settings, person, fault, notice } = page;
  const isSent = draft !== "" || (settings.storage === "cookie" && person !== undefined);
  return (
    <>
      <div class="hero">
        <h1>One token, two services</h1>
        <p>
          Sign up, look at the token you get, break it, take it back. Nothing here is staged: a real issuer makes the
          token, and two real services check it.
        </p>
      </div>
      <Switches {...page} />
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <div class="columns">
        <div class="column">
          <SignInCard {...page} />
          <TokenCard {...page} />
          <Tamper {...page} />
          <TakeBack {...page} />
        </div>
        <div class="column services">
          <section aria-labelledby="servicesTitle" class="lanesBox">
            <h2 id="servicesTitle" class="over">
              Two services, live
            </h2>
            <p class="notice" aria-live="polite">
              {notice || "They look at your token twice a second, as if you were clicking."}
            </p>
            <div class="lanes">
              {isSent && checked
                ? checked.services.map((verdict) => (
                    <Lane key={verdict.service} verdict={verdict} beats={beats[verdict.service] ?? []} />
                  ))
                : ["orders", "billing"].map((service) => <EmptyLane key={service} service={service} />)}
            </div>
            <VerdictNews {...page} isSent={isSent} />
          </section>
          <Counters {...page} />
          <TravelLine {...page} />
          <Policies {...page} />
        </div>
      </div>
    </>
  );
}

const EmptyLane = ({ service }: { readonly service: string }): JSX.Element => (
  <article class="card lane idle" id={service} aria-label={`Service ${service}`}>
    <header class="laneHead">
      <h3>{service}</h3>
    </header>
    <p class="lead">Waits for a token.</p>
  </article>
);

/** For screen readers: said when it changes, and not twice a second. */
function VerdictNews({ checked, isSent }: Playground & { readonly isSent: boolean }): JSX.Element {
  const news = checked?.services.map(({ service, ok, code }) => `${service}: ${ok ? "accepted" : `refused, ${code}`}`);
  return (
    <p class="unseen" aria-live="polite">
      {isSent && news ? news.join(". ") : ""}
    </p>
  );
}
