import { isFormer } from "@stoa/core/catalog/ListFilters"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

/**
 * Answers a thing, or where it was asked for by a slug of before the address that it has now (301): the last part of the path
 * is another, and the rest, the query included, stays.
 */
export const orMoved = (idOrSlug: string, request: { readonly url: string }) =>
<A extends Parameters<typeof isFormer>[1], E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A | HttpServerResponse.HttpServerResponse, E, R> =>
  Effect.map(effect, (found) => {
    if (!isFormer(idOrSlug, found)) return found
    const query = request.url.includes("?") ? request.url.slice(request.url.indexOf("?")) : ""
    return HttpServerResponse.redirect(`${encodeURIComponent(found.slug)}${query}`, { status: 301 })
  })
