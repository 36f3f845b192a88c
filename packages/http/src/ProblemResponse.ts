/**
 * Errors as answers. Whatever fails, here is the one place that writes it down for the caller, and what it does not
 * know it says nothing about.
 */
import type { Fault } from "@stoa/core/kernel/Input"
import { faultsOf, InvalidInput } from "@stoa/core/kernel/Input"
import { isStoaError, type StoaError } from "@stoa/core/kernel/StoaError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { BodyTooLarge, UnsupportedMediaType } from "./api/HttpErrors.ts"
import * as Problem from "./api/Problem.ts"
import type { Exchange } from "./Exchange.ts"

/** How many faults of an input are named, so that a small body cannot ask for a large answer. */
const maximumFaults = 50
const maximumMessage = 300

/** Seconds after which asking again may help, where the error does not say so itself. */
const retryAfterSeconds = 2

const shortened = (fault: Fault): Fault =>
  fault.message.length > maximumMessage ? { ...fault, message: `${fault.message.slice(0, maximumMessage)}...` } : fault

const trimmed = (faults: ReadonlyArray<Fault>): ReadonlyArray<Fault> => faults.slice(0, maximumFaults).map(shortened)

const isFaults = (value: unknown): value is ReadonlyArray<Fault> => Array.isArray(value)

const retryAfter = (error: StoaError): number | undefined => {
  // asking again does not help before somebody at the shop has done something
  if ("advice" in error && error.advice !== "retry") return undefined
  if ("retryAfterSeconds" in error && typeof error.retryAfterSeconds === "number") return error.retryAfterSeconds
  return error.kind === "throttled" || error.kind === "unavailable" || error.code === "idempotency_in_progress"
    ? retryAfterSeconds
    : undefined
}

const respond = (body: Record<string, unknown>, status: number, headers: Record<string, string>) =>
  HttpServerResponse.text(JSON.stringify(body), { status, contentType: Problem.contentType, headers })

/** The answer of an error that the caller may know of. */
export const fromError = (error: StoaError, exchange: Exchange): HttpServerResponse.HttpServerResponse => {
  exchange.code = error.code
  const status = Problem.statusOf(error)
  const faults = "faults" in error && isFaults(error.faults) ? trimmed(error.faults) : undefined
  const seconds = retryAfter(error)
  return respond(
    {
      type: Problem.typeOf(error.code),
      title: Problem.titleOf(error._tag),
      status,
      detail: faults === undefined
        ? error.message
        : faults.map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; "),
      code: error.code,
      requestId: exchange.requestId,
      ...(faults === undefined ? {} : { errors: faults }),
      ...Problem.membersOf(error)
    },
    status,
    {
      ...(seconds === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(seconds))) }),
      ...(status === 401 ? { "www-authenticate": "Bearer realm=\"stoa\"" } : {}),
      ...(status === 405 && "allowed" in error && Array.isArray(error.allowed)
        ? { allow: error.allowed.join(", ") }
        : {})
    }
  )
}

/** The answer to a bug: that it happened, and the request's id to ask for it with. */
const internal = (exchange: Exchange): HttpServerResponse.HttpServerResponse => {
  exchange.code = "internal_error"
  return respond(
    {
      type: Problem.typeOf("internal_error"),
      title: "Internal error",
      status: 500,
      detail: "Something went wrong here. Name the request id when you ask about it.",
      code: "internal_error",
      requestId: exchange.requestId
    },
    500,
    {}
  )
}

/** What the server's own machinery fails with, in the words of the engine. */
const translated = (error: unknown, limitBytes: number): StoaError | undefined => {
  if (HttpApiError.HttpApiSchemaError.is(error)) {
    return error.kind === "Body" || error.kind === "ResponseHeaders"
      ? undefined
      : new InvalidInput({ faults: faultsOf(error.cause.issue) })
  }
  if (HttpApiError.HttpApiPayloadTooLarge.is(error)) return new BodyTooLarge({ limitBytes })
  if (HttpServerError.isHttpServerError(error) && error.reason._tag === "RequestParseError") {
    return error.reason.reason === "BodyTooLarge"
      ? new BodyTooLarge({ limitBytes })
      : InvalidInput.at([], "The body could not be read", "unreadable")
  }
  return undefined
}

/** What becomes of a failure. `logged` is what nobody but the operator may see. */
export interface Outcome {
  readonly response: HttpServerResponse.HttpServerResponse
  readonly logged: Cause.Cause<unknown> | undefined
}

/**
 * The answer to anything that a route failed or died with. `undefined` for an interruption, of which the server knows
 * more than this place does.
 */
const fromCause = (
  cause: Cause.Cause<unknown>,
  exchange: Exchange,
  limitBytes: number
): Outcome | undefined => {
  for (const reason of cause.reasons) {
    if (reason._tag === "Interrupt") continue
    const error = reason._tag === "Fail" ? reason.error : reason.defect
    if (HttpServerResponse.isHttpServerResponse(error)) return { response: error, logged: undefined }
    const known = translated(error, limitBytes) ?? (reason._tag === "Fail" && isStoaError(error) ? error : undefined)
    if (known !== undefined) {
      return { response: fromError(known, exchange), logged: known.kind === "unavailable" ? cause : undefined }
    }
  }
  if (Cause.hasInterruptsOnly(cause)) return undefined
  return { response: internal(exchange), logged: cause }
}

/** Answers anything that a route failed or died with, and logs what only the operator may see. */
export const answer = (exchange: Exchange, limitBytes: number) =>
(cause: Cause.Cause<unknown>): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const outcome = fromCause(cause, exchange, limitBytes)
  // an interruption passes on; nothing else is left to fail
  if (outcome === undefined) return Effect.failCause(cause as Cause.Cause<never>)
  return outcome.logged === undefined
    ? Effect.succeed(outcome.response)
    : Effect.as(Effect.logError("the request failed", outcome.logged), outcome.response)
}

/** Answers that the router gives by itself are rewritten as problems. */
export const rewritten = (
  response: HttpServerResponse.HttpServerResponse,
  exchange: Exchange
): HttpServerResponse.HttpServerResponse =>
  response.status === 415 && response.headers["content-type"] !== Problem.contentType
    ? fromError(new UnsupportedMediaType({}), exchange)
    : response
