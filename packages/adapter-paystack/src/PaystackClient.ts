/**
 * Paystack's protocol: JSON in an envelope that says whether it went well.
 */
import { type GatewayError, GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export const gatewayName = "paystack"

export interface PaystackClientOptions {
  readonly secretKey: Redacted.Redacted
  readonly baseUrl: string
  readonly timeout: Duration.Input
}

export interface PaystackClient {
  readonly get: <A>(
    path: string,
    query: Readonly<Record<string, string>>,
    data: Schema.Codec<A, unknown>
  ) => Effect.Effect<A, GatewayError>
  readonly post: <A>(path: string, body: unknown, data: Schema.Codec<A, unknown>) => Effect.Effect<A, GatewayError>
  readonly put: <A>(path: string, body: unknown, data: Schema.Codec<A, unknown>) => Effect.Effect<A, GatewayError>
  /** Posts what is answered with nothing but that it went well. */
  readonly tell: (path: string, body: unknown) => Effect.Effect<void, GatewayError>
}

const Refusal = Schema.Struct({
  message: Schema.optionalKey(Schema.String),
  code: Schema.optionalKey(Schema.NullOr(Schema.String)),
  type: Schema.optionalKey(Schema.NullOr(Schema.String))
})
const decodeDone = Schema.decodeUnknownEffect(Schema.Struct({ status: Schema.Literal(true) }))

/** What lies in an envelope that says that it went well. */
const within = <A>(data: Schema.Codec<A, unknown>) => {
  const decode = Schema.decodeUnknownEffect(Schema.Struct({ status: Schema.Literal(true), data }))
  return (json: unknown) => Effect.map(decode(json), (answer) => answer.data)
}

const decodeRefusal = Schema.decodeUnknownEffect(Refusal)

const unavailable = (detail: string) => new GatewayUnavailable({ gateway: gatewayName, detail })

/** Statuses that say nothing of what was asked: the moment or Paystack itself is at fault. */
const isOpen = (status: number): boolean => status >= 500 || status === 408 || status === 429

export const make = ({ baseUrl, secretKey, timeout }: PaystackClientOptions): PaystackClient => {
  const send = <A>(
    request: HttpClientRequest.HttpClientRequest,
    decode: (json: unknown) => Effect.Effect<A, Schema.SchemaError>
  ) => {
    return Effect.gen(function*() {
      const response = yield* HttpClient.execute(
        HttpClientRequest.bearerToken(HttpClientRequest.prependUrl(request, baseUrl), Redacted.value(secretKey))
      ).pipe(Effect.mapError(() => unavailable("no connection")))
      if (isOpen(response.status)) return yield* unavailable(`status ${response.status}`)
      const json = yield* Effect.mapError(response.json, () => unavailable("the answer could not be read"))
      if (response.status >= 400) {
        const { code, message, type } = yield* Effect.mapError(
          decodeRefusal(json),
          () => unavailable("the answer could not be read")
        )
        const gatewayCode = code ?? type ?? String(response.status)
        if (response.status === 401 || response.status === 403) {
          const detail = `the secret key ${response.status === 401 ? "is not accepted" : "may not do this"}`
          return yield* new GatewayMisconfigured({ gateway: gatewayName, gatewayCode, detail })
        }
        return yield* new GatewayRejected({
          gateway: gatewayName,
          gatewayCode,
          detail: (message ?? "Paystack refused").slice(0, 500)
        })
      }
      return yield* Effect.mapError(decode(json), () => unavailable("the answer could not be read"))
    }).pipe(
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(unavailable("no answer in time")) }),
      // whom we buy and from whom is none of their business
      Effect.provideService(HttpClient.TracerPropagationEnabled, false),
      Effect.provide(FetchHttpClient.layer)
    )
  }

  return {
    get: (path, query, data) => send(HttpClientRequest.setUrlParams(HttpClientRequest.get(path), query), within(data)),
    post: (path, body, data) => send(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body), within(data)),
    put: (path, body, data) => send(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.put(path), body), within(data)),
    tell: (path, body) => Effect.asVoid(send(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body), decodeDone))
  }
}
