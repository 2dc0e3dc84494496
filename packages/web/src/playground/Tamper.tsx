import type { JSX } from "preact";
import { world } from "../world.ts";
import { asAdmin, guessed, isReadable, keyAsSecret, signedElsewhere, unsigned } from "./forge.ts";
import { Crown, Cut, KeyIcon, Unsigned } from "./icons.tsx";
import { Action, Card } from "./parts.tsx";
import type { Playground } from "./usePlayground.ts";

/** Step 3: what forgers try. */
export function Tamper({ genuine, forge, settings }: Playground): JSX.Element {
  const { mode, alg, storage } = settings;
  const isOff = genuine === "";
  const canRead = isReadable(genuine);
  return (
    <Card step={3} title="Break it" name="tamper">
      <p class="lead">
        {storage === "cookie"
          ? "This page cannot reach the token, so it cannot break it either. Choose another place to keep it, and try."
          : "Do what a forger would do. Watch both services on the way."}
      </p>
      <div class="actions">
        {mode === "stateful" ? (
          <Action
            icon={<Cut />}
            label="Guess another one"
            disabled={isOff}
            onClick={() => forge(guessed, "One character is another one now. The issuer knows no such token.")}
          />
        ) : (
          <>
            <Action
              icon={<Crown />}
              label="Make me admin"
              disabled={!canRead}
              onClick={() => forge(asAdmin, "The payload says admin now. The signature is still the old one.")}
            />
            <Action
              icon={<Unsigned />}
              label="alg: none"
              disabled={!canRead}
              onClick={() => forge(unsigned, "The header says that no signature is needed, and there is none.")}
            />
            <Action
              icon={<KeyIcon />}
              label="Sign with another key"
              disabled={!canRead}
              onClick={() => forge(signedElsewhere, "Your browser has made a key of its own and signed with that.")}
            />
            {alg !== "HS256" && (
              <Action
                icon={<KeyIcon />}
                label="Public key as secret"
                disabled={!canRead}
                onClick={() =>
                  forge(
                    async (token) => keyAsSecret(token, await jwks(mode, alg)),
                    "Signed by HMAC, with the public key as the secret. A careless verifier would believe it.",
                  )
                }
              />
            )}
          </>
        )}
      </div>
    </Card>
  );
}

const jwks = async (mode: string, alg: string): Promise<string> =>
  (await world.fetch(`/playground/issuers/${mode}-${alg}/.well-known/jwks.json`, {})).text();
