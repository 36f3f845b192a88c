/**
 * What becomes of the question for a thing that its asker may not see. The answer is that there is none, as for a thing
 * that there is none of, and costs the same; whoever keeps the audit log looks afterwards whether there was one.
 */
import * as Context from "effect/Context"

export interface DeniedAccess {
  /** The same service, with the "not found" that its callers are told noted. Only what the caller named is looked at. */
  readonly watched: <Service extends object>(service: Service) => Service
}

/** Read when the services are built; notes nothing where nobody keeps it. */
export const DeniedAccess: Context.Reference<DeniedAccess> = Context.Reference<DeniedAccess>(
  "@stoa/core/kernel/DeniedAccess",
  { defaultValue: () => ({ watched: (service) => service }) }
)
