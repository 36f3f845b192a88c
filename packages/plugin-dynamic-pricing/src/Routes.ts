/**
 * The plug-in over HTTP, under the API's prefix.
 */
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { DynamicPricing } from "./DynamicPricing.ts"

const prefix = "/admin/dynamic-pricing"

/** What was sent, as JSON that the service checks. */
const body = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => request.json).pipe(
  Effect.mapError(() => InvalidInput.at([], "Expected JSON", "not_json")),
  Effect.map((json) => json as never)
)

/** The query, with `limit` as the number that it is. */
const query = Effect.map(HttpServerRequest.ParsedSearchParams, ({ limit, ...others }) =>
  ({ ...others, ...(limit === undefined ? {} : { limit: Number(limit) }) }) as never)

const id = Effect.map(HttpRouter.params, (params) => params["id"] ?? "")

const answer = <A, E, R>(effect: Effect.Effect<A, E, R>, status = 200) =>
  Effect.flatMap(effect, (value) => HttpServerResponse.json(value, { status }))

const done = <E, R>(effect: Effect.Effect<unknown, E, R>) => Effect.as(effect, HttpServerResponse.empty({ status: 204 }))

export const routes = Layer.mergeAll(
  HttpRouter.add("GET", `${prefix}/rules`, answer(Effect.gen(function*() {
    const { rules } = yield* DynamicPricing
    return { items: yield* rules, nextCursor: null }
  }))),
  HttpRouter.add("POST", `${prefix}/rules`, answer(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    return yield* pricing.createRule(yield* body)
  }), 201)),
  HttpRouter.add("PATCH", `${prefix}/rules/:id`, answer(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    return yield* pricing.updateRule(yield* id, yield* body)
  }))),
  HttpRouter.add("DELETE", `${prefix}/rules/:id`, done(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    yield* pricing.deleteRule(yield* id)
  }))),
  HttpRouter.add("GET", `${prefix}/limits`, answer(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    return yield* pricing.limits(yield* query)
  }))),
  HttpRouter.add("PUT", `${prefix}/limits`, done(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    yield* pricing.setLimits(yield* body)
  }))),
  HttpRouter.add("DELETE", `${prefix}/limits`, done(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    yield* pricing.removeLimits(yield* body)
  }))),
  HttpRouter.add("GET", `${prefix}/preview`, answer(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    return yield* pricing.preview(yield* query)
  }))),
  HttpRouter.add("POST", `${prefix}/runs`, answer(Effect.gen(function*() {
    const { run } = yield* DynamicPricing
    return yield* run
  }), 201)),
  HttpRouter.add("GET", `${prefix}/changes`, answer(Effect.gen(function*() {
    const pricing = yield* DynamicPricing
    return yield* pricing.changes(yield* query)
  })))
)
