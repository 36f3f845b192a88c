import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Edge from "../api/Edge.ts"

/** What a group looks up while it is built. */
const declared = Context.pick(Scope.Scope, Edge.Edge, Edge.Guarded, Edge.Idempotent, Edge.DoneOnce)

/**
 * The handlers of a group of the API, as `HttpApiBuilder.group` makes them, which lays all that it was built with around each of
 * them again, for each request. Here that is next to nothing: services are the handlers' own, and what is read while they run is in
 * the context of every request (see `HttpApp`).
 */
export const group: typeof HttpApiBuilder.group = (api, identifier, build) =>
  Layer.effectContext(Effect.contextWith((services: Context.Context<unknown>) => {
    const built: typeof build = (handlers) => {
      const made: unknown = build(handlers)
      return (Effect.isEffect(made) ? Effect.provideContext(made, services) : made) as ReturnType<typeof build>
    }
    return Effect.updateContext(Layer.build(HttpApiBuilder.group(api, identifier, built)), declared as never)
  })) as never
