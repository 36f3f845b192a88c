import * as CallContext from "@stoa/core/engine/CallContext"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"

/**
 * The handlers of a group of the API, as `HttpApiBuilder.group` makes them, which lays all that it was built with around each of
 * them again, for each request. Here that is only what calls read while they run: the services, some 150, are the handlers' own.
 */
export const group: typeof HttpApiBuilder.group = (api, identifier, build) =>
  Layer.effectContext(Effect.contextWith((services: Context.Context<unknown>) => {
    const built: typeof build = (handlers) => {
      const made: unknown = build(handlers)
      return (Effect.isEffect(made) ? Effect.provideContext(made, services) : made) as ReturnType<typeof build>
    }
    return Effect.updateContext(Layer.build(HttpApiBuilder.group(api, identifier, built)), CallContext.of as never)
  })) as never
