/**
 * The port that says how likely a sign-in is somebody else's, once its first proof was right. `RiskScore` is what the
 * engine ships.
 *
 * **Details**
 *
 * `allow` lets in. `challenge` asks for the second factor, and who has none is asked for a code that goes to their
 * mailbox. `deny` answers like a wrong password and tells the owner. Every decision that is not `allow` is an event and a
 * row of the audit log, and the login history keeps them all, with their reasons.
 *
 * **Gotchas**
 *
 * Whoever fails or takes longer than two seconds is taken for `challenge`, and never for `allow`. Whoever denies a code
 * by e-mail because of failures lets a stranger, who causes them, keep owners out.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Client } from "../kernel/CurrentClient.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { SignInMethod } from "./IdentityEvents.ts"
import type { Place } from "../kernel/PlaceLocator.ts"
import * as RiskScore from "./RiskScore.ts"

/** What is known of a sign-in when it is assessed. */
export interface SignInSignals {
  readonly userId: string
  readonly email: string
  /** What was proved. */
  readonly method: SignInMethod
  readonly client: Client
  readonly at: Timestamp
  /** Whether the account never signed in with a program like this; `null` where there is nothing to compare. */
  readonly newDevice: boolean | null
  /** Whether it never signed in from a network near this one; `null` where there is nothing to compare. */
  readonly newNetwork: boolean | null
  /** Failed sign-ins of the last hour, up to 100, from wherever. */
  readonly recentFailures: number
  /** Whether the address of the account is of a mailbox that is thrown away. */
  readonly disposableAddress: boolean
  /** Where the caller is, where a locator knows. */
  readonly place: Place | null
  /** How far it is from where the last sign-in came from, and how long that is ago. */
  readonly travel: { readonly kilometres: number; readonly hours: number } | null
}

/** What is thought of a sign-in. */
export const Assessment = Schema.Struct({
  verdict: Schema.Literals(["allow", "challenge", "deny"]),
  /** The higher, the more likely it is somebody else. */
  score: Schema.Int,
  /** What it was decided by: `["new_device", "impossible_travel"]`. */
  reasons: Schema.Array(Schema.String)
}).annotate({ identifier: "RiskAssessment" })
export interface Assessment extends Schema.Schema.Type<typeof Assessment> {}

export interface RiskAssessor {
  /** Never asked inside of a transaction. */
  readonly assess: (signals: SignInSignals) => Effect.Effect<Assessment, unknown>
}

/** Read when the services are built. Scores by `RiskScore` unless another is given. */
export const RiskAssessor: Context.Reference<RiskAssessor> = Context.Reference<RiskAssessor>(
  "@stoa/core/identity/RiskAssessor",
  { defaultValue: () => RiskScore.make() }
)
