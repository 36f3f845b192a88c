/**
 * A client of the REST API, derived from the same definition as the server: with effects, or with promises.
 *
 * It loads nothing of the server and runs in browsers.
 */
import { faultsOf } from "@stoa/core/kernel/Input"
import { Entropy } from "@stoa/core/kernel/Entropy"
import type * as Brand from "effect/Brand"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Simplify } from "effect/Types"
import { defaultPrefix, type StoaApi, withPrefix } from "../api/StoaApi.ts"
import * as Problem from "./StoaProblem.ts"
import { type CommonCode, StoaProblem, StoaUnreachable } from "./StoaProblem.ts"

/** A credential, or where to get it from at each call. */
export type Credential = string | (() => string | undefined | Promise<string | undefined>)

export interface ClientOptions {
  /** Where the server is: `"https://shop.example"`. */
  readonly baseUrl: string
  /** The prefix of the server; `/api/v1` if not given. */
  readonly prefix?: string
  /** An access token of a customer or of staff. */
  readonly token?: Credential
  /** The secret of an API key, `sk_...`. Not in browsers. */
  readonly apiKey?: Credential
  /** The token of a guest's cart. Browsers may leave it to the cookie instead. */
  readonly cartToken?: Credential
  /** The token that lets a guest see their order. */
  readonly orderToken?: Credential
  /** How often a call is repeated that can be repeated safely, when nothing answers; twice if not given. */
  readonly retries?: number
}

/** What a single call says besides its request. */
export interface CallOptions {
  /** Names the call, so that repeating it does nothing twice. POSTs have a random one if not given. */
  readonly idempotencyKey?: string
  /** The ETag of what the change is based on. */
  readonly ifMatch?: string
  readonly cartToken?: string
  readonly orderToken?: string
  /** The id of the last event of a live answer that was received, to go on after it. */
  readonly lastEventId?: string
  /** The media type of a file that is sent: `text/csv` if not given. */
  readonly contentType?: string
  /** Gives the call up. */
  readonly signal?: AbortSignal
}

interface Call extends Omit<CallOptions, "signal"> {
  /** Set once the request was right and is on its way. */
  sent?: boolean
}

const CurrentCall: Context.Reference<Call> = Context.Reference<Call>("@stoa/http/client/CurrentCall", {
  defaultValue: () => ({})
})

/** The codes that an endpoint can be answered with. */
export type Codes<Endpoint> = Extract<HttpApiEndpoint.Errors<Endpoint>, { readonly code: string }>["code"] | CommonCode

/** Ids and currencies as plain text: what a caller writes down is checked when it is sent. */
export type Plain<A> = A extends string & Brand.Brand<infer _Key> ? string
  : A extends string | number | boolean | null | undefined ? A
  : A extends ReadonlyArray<infer Item> ? ReadonlyArray<Plain<Item>>
  : A extends object ? { readonly [Key in keyof A]: Plain<A[Key]> }
  : A

type Part<Name extends string, S> = [S] extends [never] ? {}
  : [S] extends [HttpApiSchema.StreamUint8Array] ? { readonly [Key in Name]: Stream.Stream<Uint8Array, unknown> }
  : [S] extends [Schema.Constraint]
    ? {} extends Plain<S["Type"]> ? { readonly [Key in Name]?: Plain<S["Type"]> | undefined }
    : { readonly [Key in Name]: Plain<S["Type"]> }
  : {}

type Request<Endpoint> = Endpoint extends HttpApiEndpoint.ConstraintRequest ? Simplify<
    & Part<"params", Endpoint["~Params"]>
    & Part<"query", Endpoint["~Query"]>
    & Part<"payload", Endpoint["~Payload"]>
  >
  : never

type Answer<Endpoint> = Endpoint extends HttpApiEndpoint.ConstraintRequest
  ? HttpApiClient.SuccessType<Endpoint["~Success"]>
  : never

/** A file, as programs without Effect have it. */
export type FileBody = string | Uint8Array | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>

type WithFile<R> = { readonly [Key in keyof R]: R[Key] extends Stream.Stream<Uint8Array, unknown> ? FileBody : R[Key] }

type WithoutStream<A> = A extends Stream.Stream<infer Item, infer _E, infer _R> ? AsyncIterable<Item> : A

type Arguments<R> = {} extends R ? [request?: R | undefined, options?: CallOptions] : [request: R, options?: CallOptions]

type Groups<Api> = Api extends HttpApi.HttpApi<infer _Id, infer G> ? G : never
type Endpoints<Group> = Group extends HttpApiGroup.HttpApiGroup<infer _Id, infer E, infer _Top> ? E : never

/** The API with effects. */
export type EffectClient = {
  readonly [G in Groups<StoaApi> as G["identifier"]]: {
    readonly [E in Endpoints<G> as E["identifier"]]: (
      ...args: Arguments<Request<E>>
    ) => Effect.Effect<Answer<E>, StoaProblem<Codes<E>> | StoaUnreachable>
  }
}

/** The API with promises. Errors are thrown as `StoaProblem` or `StoaUnreachable`. */
export type Client = {
  readonly [G in Groups<StoaApi> as G["identifier"]]: {
    readonly [E in Endpoints<G> as E["identifier"]]: (
      ...args: Arguments<WithFile<Request<E>>>
    ) => Promise<WithoutStream<Answer<E>>>
  }
}

const resolved = (credential: Credential | undefined): Effect.Effect<string | undefined> =>
  typeof credential === "function" ? Effect.promise(async () => credential()) : Effect.succeed(credential)

const isSafe = (request: HttpClientRequest.HttpClientRequest): boolean =>
  request.method === "GET" || request.headers["idempotency-key"] !== undefined

/** Nothing answered, or the server said that trying again may help. */
const isTransient = (error: unknown): boolean =>
  error instanceof StoaProblem
    ? error.status === 503 || (error.status === 409 && error.code === "idempotency_in_progress")
    : HttpClientError.isHttpClientError(error) && error.reason._tag === "TransportError"

/** What a call fails with. Input that the server would refuse is refused here in the same words. */
const failure = (call: Call) => (error: unknown): StoaProblem | StoaUnreachable => {
  if (error instanceof StoaProblem || error instanceof StoaUnreachable) return error
  if (Schema.isSchemaError(error) && call.sent !== true) return Problem.invalid(faultsOf(error.issue))
  return new StoaUnreachable(error instanceof Error ? error.message : "The server did not answer", { cause: error })
}

const refused = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<HttpClientResponse.HttpClientResponse, StoaProblem | StoaUnreachable | HttpClientError.HttpClientError> =>
  response.status < 400
    ? Effect.succeed(response)
    : Effect.flatMap(response.text, (body) =>
      Effect.fail(Problem.read(response.status, body, response.headers["retry-after"])))

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

const withHeaders = (options: ClientOptions) =>
  Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
    const call = yield* CurrentCall
    call.sent = true
    const token = yield* resolved(options.token)
    const apiKey = token === undefined ? yield* resolved(options.apiKey) : undefined
    const cartToken = call.cartToken ?? (yield* resolved(options.cartToken))
    const orderToken = call.orderToken ?? (yield* resolved(options.orderToken))
    const streamed = request.body._tag === "Stream"
    const entropy = yield* Entropy
    const key = call.idempotencyKey ?? (request.method === "POST" && !streamed ? hex(entropy.bytes(16)) : undefined)
    const headers: Record<string, string | undefined> = {
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      "x-api-key": apiKey,
      "stoa-cart": cartToken,
      "stoa-order-token": orderToken,
      "idempotency-key": key,
      "if-match": call.ifMatch,
      "last-event-id": call.lastEventId,
      "content-type": streamed ? call.contentType : undefined
    }
    return HttpClientRequest.setHeaders(
      request,
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    )
  })

const httpClient = (client: HttpClient.HttpClient, options: ClientOptions) => {
  const retries = options.retries ?? 2
  return HttpClient.transform(
    HttpClient.mapRequestEffect(client, withHeaders(options)),
    (effect, request) => {
      const answered = Effect.flatMap(effect, refused)
      return retries <= 0 || !isSafe(request) ? answered : Effect.retry(answered, {
        while: isTransient,
        schedule: Schedule.jittered(Schedule.exponential("200 millis")),
        times: retries
      })
    }
  )
}

type Method = (request: unknown) => Effect.Effect<unknown, unknown>

const mapMethods = <A>(
  client: unknown,
  convert: (method: Method) => (request?: object, options?: CallOptions) => A
): Record<string, Record<string, (request?: object, options?: CallOptions) => A>> =>
  Object.fromEntries(
    Object.entries(client as Record<string, Record<string, Method>>).map(([group, methods]) => [
      group,
      Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, convert(method)]))
    ])
  )

const called = (method: Method, request: object, { signal: _signal, ...options }: CallOptions) =>
  Effect.suspend(() => {
    const call: Call = { ...options }
    const { payload = {}, query = {}, ...rest } = request as { readonly payload?: unknown; readonly query?: unknown }
    return method({ ...rest, payload, query }).pipe(Effect.provideService(CurrentCall, call), Effect.mapError(failure(call)))
  })

/** A client with effects, over any HTTP client. */
export const make = (options: ClientOptions): Effect.Effect<EffectClient, never, HttpClient.HttpClient> =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    Effect.map(
      HttpApiClient.makeWith(withPrefix(options.prefix ?? defaultPrefix), {
        httpClient: httpClient(client, options),
        baseUrl: options.baseUrl
      }),
      (methods) =>
        mapMethods(methods, (method) => (request = {}, options = {}) => called(method, request, options)) as unknown as EffectClient
    ))

const isReadable = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof ReadableStream === "function" && body instanceof ReadableStream

const streamOf = (body: FileBody): Stream.Stream<Uint8Array, unknown> => {
  if (typeof body === "string") return Stream.succeed(new TextEncoder().encode(body))
  if (body instanceof Uint8Array) return Stream.succeed(body)
  return isReadable(body)
    ? Stream.fromReadableStream({ evaluate: () => body, onError: (error) => error })
    : Stream.fromAsyncIterable(body, (error) => error)
}

const isFile = (payload: unknown): payload is FileBody =>
  typeof payload === "string" || payload instanceof Uint8Array || isReadable(payload)
  || (typeof payload === "object" && payload !== null && Symbol.asyncIterator in payload)

/** A stream in a request becomes what the client sends, and one in an answer what `for await` reads. */
const promised = (method: Method, run: (effect: Effect.Effect<unknown, unknown>, signal?: AbortSignal) => Promise<unknown>) =>
async (request: object = {}, options: CallOptions = {}): Promise<unknown> => {
  const sent = "payload" in request && isFile(request.payload)
    ? { ...request, payload: streamOf(request.payload) }
    : request
  const answer = await run(called(method, sent, options), options.signal)
  return Stream.isStream(answer) ? Stream.toAsyncIterable(answer as Stream.Stream<unknown, unknown>) : answer
}

export interface CreateClientOptions extends ClientOptions {
  /** What requests are sent with; the platform's `fetch` if not given. */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * A client with promises, over `fetch`.
 *
 * ```ts
 * const shop = createClient({ baseUrl: "https://shop.example" })
 * const { items } = await shop.products.list({ query: { onSale: true } })
 * ```
 */
export const createClient = (options: CreateClientOptions): Client => {
  const { fetch, ...rest } = options
  const methods = Effect.runSync(
    Effect.flatMap(HttpClient.HttpClient, (client) =>
      HttpApiClient.makeWith(withPrefix(rest.prefix ?? defaultPrefix), {
        httpClient: httpClient(client, rest),
        baseUrl: rest.baseUrl
      })).pipe(Effect.provide(FetchHttpClient.layer))
  )
  // headers of a trace that nobody records would only cost browsers a preflight
  const quiet = Context.make(HttpClient.TracerPropagationEnabled, false)
  const context = fetch === undefined ? quiet : Context.add(quiet, FetchHttpClient.Fetch, fetch)
  const run = (effect: Effect.Effect<unknown, unknown>, signal?: AbortSignal) =>
    Effect.runPromiseWith(context)(effect, signal === undefined ? undefined : { signal })
  return mapMethods(methods, (method) => promised(method, run)) as unknown as Client
}
