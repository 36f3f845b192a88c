/**
 * Flutterwave's protocol (version 3): JSON in an envelope that says whether it went well.
 */
import { type GatewayError, GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export const gatewayName = "flutterwave"

/** What Flutterwave says of a transaction that it does not know, in words that differ from route to route. */
const missing = /no transaction|not found/i

/** The code of a refusal that means that the thing is not there. */
export const missingCode = "not_found"

export interface FlutterwaveClient {
  readonly get: <A>(
    path: string,
    query: Readonly<Record<string, string>>,
    data: Schema.Codec<A, unknown>
  ) => Effect.Effect<A, GatewayError>
  readonly post: <A>(path: string, body: unknown, data: Schema.Codec<A, unknown>) => Effect.Effect<A, GatewayError>
  readonly put: <A>(path: string, body: unknown, data: Schema.Codec<A, unknown>) => Effect.Effect<A, GatewayError>
}

const Envelope = Schema.Struct({
  status: Schema.String,
  message: Schema.optionalKey(Schema.NullOr(Schema.String)),
  data: Schema.optionalKey(Schema.Unknown)
})
const decodeEnvelope = Schema.decodeUnknownEffect(Envelope)

const unavailable = (detail: string) => new GatewayUnavailable({ gateway: gatewayName, detail })

/** Statuses that say nothing of what was asked: the moment or Flutterwave itself is at fault. */
const saysNothing = new Set([408, 429])

export const make = (options: {
  readonly secretKey: Redacted.Redacted
  readonly baseUrl: string
  readonly timeout: Duration.Input
}): FlutterwaveClient => {
  const unreadable = () => unavailable("the answer could not be read")

  const send = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
    const response = yield* Effect.mapError(
      HttpClient.execute(request.pipe(
        HttpClientRequest.prependUrl(options.baseUrl),
        HttpClientRequest.bearerToken(Redacted.value(options.secretKey))
      )),
      () => unavailable("no connection")
    )
    if (response.status >= 500 || saysNothing.has(response.status)) {
      return yield* unavailable(`status ${response.status}`)
    }
    const { data, message, status } = yield* Effect.mapError(
      Effect.flatMap(response.json, decodeEnvelope),
      unreadable
    )
    if (response.status < 400 && status === "success") return data
    if (response.status === 401 || response.status === 403) {
      return yield* new GatewayMisconfigured({
        gateway: gatewayName,
        gatewayCode: String(response.status),
        detail: `the secret key ${response.status === 401 ? "is not accepted" : "may not do this"}`
      })
    }
    const detail = (message ?? "Flutterwave refused").slice(0, 500)
    return yield* new GatewayRejected({
      gateway: gatewayName,
      gatewayCode: response.status === 404 || missing.test(detail) ? missingCode : String(response.status),
      detail
    })
  }, (call) =>
    call.pipe(
      Effect.timeoutOrElse({
        duration: options.timeout,
        orElse: () => Effect.fail(unavailable("no answer in time"))
      }),
      // whom we buy and from whom is none of their business
      Effect.provideService(HttpClient.TracerPropagationEnabled, false),
      Effect.provide(FetchHttpClient.layer)
    ))

  const read = <A>(request: HttpClientRequest.HttpClientRequest, data: Schema.Codec<A, unknown>) =>
    Effect.flatMap(send(request), (found) => Effect.mapError(Schema.decodeUnknownEffect(data)(found), unreadable))

  return {
    get: (path, query, data) => read(HttpClientRequest.setUrlParams(HttpClientRequest.get(path), query), data),
    post: (path, body, data) => read(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body), data),
    put: (path, body, data) => read(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.put(path), body), data)
  }
}
