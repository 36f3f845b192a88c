/**
 * Errors as the client gives them.
 */
import * as Schema from "effect/Schema"
import type { Fault } from "@stoa/core/kernel/Input"
import { ProblemDetails, titleOf, typeOf } from "../api/Problem.ts"

/** Codes that any call can be answered with, besides its own. */
export type CommonCode = "internal_error" | "not_ready" | "route_not_found" | "method_not_allowed" | "precondition_failed"

/**
 * The server said no. `code` says why, in the words of the engine, and is what programs decide by.
 *
 * ```ts
 * try {
 *   await shop.cart.addItem({ payload: { variantId, quantity: 3 } })
 * } catch (error) {
 *   if (error instanceof StoaProblem && error.code === "insufficient_stock") ...
 * }
 * ```
 */
export class StoaProblem<Code extends string = string> extends Error {
  readonly _tag = "StoaProblem"
  override readonly name = "StoaProblem"
  readonly code: Code
  readonly status: number
  readonly title: string
  readonly detail: string
  /** The id of the request, to ask the shop about. Empty for a request that was not sent, because its input is wrong. */
  readonly requestId: string
  /** What is wrong with the input, and where. */
  readonly errors: ReadonlyArray<Fault>
  /** When to try again, in seconds, where the server says so. */
  readonly retryAfter: number | undefined
  /** The whole answer, with members of the problem's own, such as `lines` of `insufficient_stock`. */
  readonly problem: ProblemDetails

  constructor(problem: ProblemDetails, retryAfter?: number) {
    super(problem.detail)
    this.code = problem.code as Code
    this.status = problem.status
    this.title = problem.title
    this.detail = problem.detail
    this.requestId = problem.requestId
    this.errors = problem.errors ?? []
    this.retryAfter = retryAfter
    this.problem = problem
  }
}

/**
 * There is no answer of this API: the network failed, or something else answered, such as a proxy. Whether the request
 * was worked on is not known; calls with an `Idempotency-Key` can be repeated.
 */
export class StoaUnreachable extends Error {
  readonly _tag = "StoaUnreachable"
  override readonly name = "StoaUnreachable"
  readonly code = "unreachable"
  /** The status, if something answered. */
  readonly status: number | undefined

  constructor(message: string, options: { readonly status?: number | undefined; readonly cause?: unknown }) {
    super(message, { cause: options.cause })
    this.status = options.status
  }
}

const isProblem = Schema.is(ProblemDetails)

/** Reads the answer of a refused request. */
export const read = (status: number, body: string, retryAfter: string | undefined): StoaProblem | StoaUnreachable => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    value = undefined
  }
  const seconds = retryAfter === undefined ? Number.NaN : Number(retryAfter)
  return isProblem(value)
    ? new StoaProblem(value, Number.isFinite(seconds) ? seconds : undefined)
    : new StoaUnreachable(`The answer with status ${status} is not one of this API`, { status })
}

/** An input that never left: it does not have the shape that the server takes. */
export const invalid = (errors: ReadonlyArray<Fault>): StoaProblem =>
  new StoaProblem({
    type: typeOf("invalid_input"),
    title: titleOf("InvalidInput"),
    status: 400,
    detail: errors.map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; "),
    code: "invalid_input",
    requestId: "",
    errors
  })
