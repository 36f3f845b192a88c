/**
 * The REST server, loaded when a command wants it: most do not, and it is a quarter of what they would load.
 */
import * as Effect from "effect/Effect"

export const loaded = Effect.promise(() => import("@stoa/http"))
