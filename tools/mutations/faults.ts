import type { Fault } from "./fault.ts";
import { cacheFaults } from "./faults/cache.ts";
import { claimFaults } from "./faults/claims.ts";
import { formFaults } from "./faults/form.ts";
import { headerFaults } from "./faults/header.ts";
import { issuerFaults } from "./faults/issuers.ts";
import { jsonFaults } from "./faults/json.ts";
import { jwsFaults } from "./faults/jws.ts";
import { keySetFaults } from "./faults/keySets.ts";
import { keyFaults } from "./faults/keys.ts";
import { policyFaults } from "./faults/policy.ts";
import { resultFaults } from "./faults/results.ts";
import { rsaFaults } from "./faults/rsa.ts";
import { secretFaults } from "./faults/secrets.ts";
import { signatureFaults } from "./faults/signatures.ts";
import { signingFaults } from "./faults/signing.ts";

/** One for each rule of the token library, in about the order in which a token meets them. */
export const faults: readonly Fault[] = [
  ...formFaults,
  ...headerFaults,
  ...jsonFaults,
  ...signatureFaults,
  ...claimFaults,
  ...policyFaults,
  ...resultFaults,
  ...cacheFaults,
  ...issuerFaults,
  ...keyFaults,
  ...rsaFaults,
  ...secretFaults,
  ...keySetFaults,
  ...signingFaults,
  ...jwsFaults,
];
