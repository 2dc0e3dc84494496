import type { Accounts } from "../account/accounts.ts";
import type { EmailAddress } from "../account/emailAddress.ts";
import type { PasswordChangeParts } from "../account/password.ts";
import type { Recovery } from "../account/recovery.ts";
import type { Background } from "../background.ts";
import type { SecurityEvent } from "../event.ts";
import type { PasswordPolicy } from "../people/passwords/policy.ts";
import type { By } from "../people/people.ts";
import type { Revocations } from "../revoke/revocations.ts";
import type { Sessions } from "../session/session.ts";
import type { SignInParts } from "../signin/signIn.ts";
import type { SignUpParts } from "../signin/signUp.ts";
import type { DeviceTokens } from "../signin/throttle/deviceToken.ts";
import type { Throttle } from "../signin/throttle/throttle.ts";
import type { StandardSchema } from "../standardSchema.ts";
import type { Account, AuditStore } from "../store/ports.ts";

/** The rooms that flows lead through. */
export type FlowParts = SignUpParts &
  Omit<SignInParts, "people" | "throttle"> &
  PasswordChangeParts & {
    readonly policy: PasswordPolicy;
    readonly throttle: Throttle;
    readonly deviceTokens: DeviceTokens;
    readonly sessions: Sessions;
    readonly revocations: Pick<Revocations, "revoke">;
    readonly accounts: Accounts;
    readonly recovery: Recovery;
    readonly emailAddress: EmailAddress;
    readonly audit: Pick<AuditStore, "list">;
    /** The application's own fields; without it there are none. */
    readonly fields: StandardSchema<Account["fields"]> | undefined;
    readonly background: Background;
    readonly refused: (event: SecurityEvent, by: By) => void;
  };
