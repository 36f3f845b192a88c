/**
 * What an operation is besides its shape: who may call it, what its answers are kept by, how its body is read. The
 * server works by it and the document of the API is made from it.
 */
import * as OpenApi from "effect/http-api/OpenApi"
import * as Context from "effect/Context"

export interface Traits {
  /**
   * Who calls it. `guest`: anybody, a sign-in only says more. `customer`: whoever is signed in. `staff`: staff and API
   * keys with the permission. `none`: anybody, and credentials are not even looked at.
   */
  readonly access: "none" | "guest" | "customer" | "staff"
  /** The permission that staff need, as the services check it. */
  readonly permission?: string
  /** Its answer is the same for every guest and may be kept as long as it is asked about each time. */
  readonly shared?: boolean
  /**
   * Guests who ask for it in the same moment are answered together, by one reading: its answer is `shared`, depends on nothing but
   * the address and the language, and nothing is written down about who asked.
   */
  readonly alike?: boolean
  /** What it answers is said in the language that the caller asks for, as far as the store has translated it. */
  readonly translated?: boolean
  /** It takes or gives passwords or tokens: stricter limits, and its answers are never stored. */
  readonly sensitive?: boolean
  /** Its answer has an `ETag`. */
  readonly tagged?: boolean
  /** It changes something that has a version, which `If-Match` may name. */
  readonly conditional?: boolean
  /** It may be repeated safely with an `Idempotency-Key`. */
  readonly idempotent?: boolean
  /** Its answer holds a secret that is not kept: repeated with the same `Idempotency-Key` it says that it was done, and does nothing. */
  readonly doneOnce?: boolean
  /** Its answer goes on while things happen, and begins again after the event that `Last-Event-ID` names. */
  readonly live?: boolean
  /** The body is read while it arrives (`stream`) or byte by byte as it was signed (`raw`). */
  readonly body?: "json" | "stream" | "raw"
}

/** What plug-ins' routes are, which say nothing of themselves: any of their POSTs may carry an `Idempotency-Key`. */
export const unknownRoute: Traits = { access: "guest", idempotent: true }

export const Operation: Context.Reference<Traits> = Context.Reference<Traits>("@stoa/http/api/Operation", {
  defaultValue: () => unknownRoute
})

/** Annotations of an endpoint: its summary for people and its traits. */
export const operation = (summary: string, traits: Traits): Context.Context<never> =>
  Context.add(OpenApi.annotations({ summary }), Operation, traits)
