import type { NotCovered } from "../requirement.ts";

const noSecondFactor = "There is no second factor yet.";
const noFederation =
  "Cardea is neither an OAuth authorization server nor an OpenID provider, and signs nobody in by another.";
const noForms = "There are no forms of ours: the pages where links lead by default explain and take nothing.";
const noAdministration = "There is no administration over HTTP: operators use the command line, on the machine.";

/** What is left out, and why. */
export const notCovered: readonly NotCovered[] = [
  [
    "ASVS-6.3.3, 6.3.6, 6.4.4, 6.4.5, 6.5.1, 6.5.2, 6.5.4 to 6.5.8, 6.6.1, 6.6.4, 6.7; NIST-P1 for 8 characters beside another factor; CB-9; R-11",
    "second factors, passkeys, codes, SMS",
    noSecondFactor,
  ],
  [
    "ASVS-6.8, 7.1.3, 7.6.1, 8.3.3, 10.1.2, 10.2, 10.3.4, 10.3.5, 10.4.1 to 10.4.4, 10.4.6, 10.4.7, 10.4.10 to 10.4.16, 10.5, 10.6.1, 10.7; OA-6, 11, 12",
    "OAuth, OpenID Connect, sender-constrained tokens",
    noFederation,
  ],
  ["ASVS-6.2.6, 6.2.7, 7.4.4; NIST-P11, S8", "password fields, a visible sign-out", noForms],
  [
    "ASVS-3.1.1, 3.2.3, 3.4.7, 3.4.8, 3.5.5, 3.6.1, 3.7, 14.3.3",
    "scripts, reports, messages and storage in browsers",
    "No page of ours has a script or a form, and there is no browser client yet.",
  ],
  [
    "ASVS-6.4.1, 6.4.6, 7.5.3, 8.4.2; A-01, A-05, A-06, A-08, A-10",
    "administration: initial passwords, resets by an operator, impersonation, exports",
    `${noAdministration} A password that \`users create\` makes has 120 random bits and does not expire; its owner replaces it by a reset.`,
  ],
  [
    "ASVS-8.4.1",
    "tenants",
    "An issuer has one set of people. Who needs several runs several issuers, whose keys are not taken for each other's (JWT-9).",
  ],
  [
    "ASVS-8.1.3, 8.1.4, 8.2.4",
    "decisions by place, time or device",
    "There are none beside the known device, which docs/security/abuse.md explains.",
  ],
  [
    "ASVS-2.3.5, 2.4.2, 11.1.4, 11.7",
    "two persons for a step, human timing, memory encryption",
    "Optional at level 3, and not there.",
  ],
  ["ASVS-11.3.5, 11.4.4, 11.6.2", "composed encryption, keys from passwords, key exchange", "Nothing does that."],
  [
    "ASVS-3.5.4, 3.7.4, 4.1.2, 16.4.2, 16.4.3",
    "hosts, preloading, plain http, protection of logs",
    "Up to the deployment: docs/start.md has the list.",
  ],
  ["CB-7", "codes to type in", "Mails hold links with 256 random bits and no codes."],
  [
    "S-10",
    "a refresh token on another device",
    "Refresh tokens are not bound to a device. One that is used on two devices ends its session after the grace.",
  ],
  ["H-16", "thousands of idle connections", "Up to the proxy in front, which has to end TLS anyway."],
  [
    "H-18",
    "texts that are costly to match",
    "Covered where it matters: passwords (L-31) and the address (CB-6); everything else is bounded by the size of a header or a body.",
  ],
];
