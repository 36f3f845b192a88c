/**
 * Errors as `application/problem+json` (RFC 9457): the one table from an error's kind to its status, and the schema of
 * each error's answer, derived from the error itself, so that the document of the API cannot differ from what the
 * services fail with.
 */
import { Fault } from "@stoa/core/kernel/Input"
import { FailureAdvice } from "@stoa/core/payments/Payment"
import type { Kind, StoaError } from "@stoa/core/kernel/StoaError"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** The media type of every error's answer. */
export const contentType = "application/problem+json"

/** What each kind of error is answered with. */
export const statuses: Readonly<Record<Kind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  payment: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  too_large: 413,
  throttled: 429,
  unavailable: 503
}

/** Errors of HTTP itself, of which the status says more than the kind. */
const exceptions: Readonly<Record<string, number>> = {
  method_not_allowed: 405,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  // what was sent is understood, and is no file that the shop keeps
  media_refused: 422
}

/** The status of an error. */
export const statusOf = (error: { readonly code: string; readonly kind: Kind }): number =>
  exceptions[error.code] ?? statuses[error.kind]

/** What the problem is called everywhere, as an absolute URI that needs no host. */
export const typeOf = (code: string): string => `urn:stoa:problem:${code}`

/** A title from the name of an error class: `"ProductNotFound"` becomes `"Product not found"`. */
export const titleOf = (tag: string): string => {
  const words = tag.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The class of an error, as `StoaError` defines it. */
export interface ErrorClass extends Schema.Top {
  new(...args: never): StoaError
  readonly identifier: string
  readonly fields: Schema.Struct.Fields
  readonly prototype: object
  readonly Type: StoaError
}

const members = {
  /** Names the sort of problem: `"urn:stoa:problem:product_not_found"`. */
  type: Schema.String,
  /** The same for every problem of the type. */
  title: Schema.String,
  /** Says what happened this time, to people. */
  detail: Schema.String,
  /** The id of the request, which is in the logs as well. */
  requestId: Schema.String
} as const

/** What every problem has. Errors of input name each fault in `errors`; others may have members of their own. */
export const ProblemDetails = Schema.StructWithRest(
  Schema.Struct({
    ...members,
    status: Schema.Int,
    /** Stable, and the same as in the embedded engine. */
    code: Schema.String,
    errors: Schema.optionalKey(Schema.Array(Fault))
  }),
  [Schema.Record(Schema.String, Schema.Json)]
)
export type ProblemDetails = typeof ProblemDetails.Type

/** Members of an error that a problem has another meaning for, and what they are called in it. */
const renamed: Readonly<Record<string, string | undefined>> = { status: "state", detail: undefined, title: "name" }

/** What is said elsewhere in a problem, or to nobody. */
const hidden = new Set(["_tag", "cause", "code", "faults", "kind", "message", "name", "stack"])

/** The members of a problem that are the error's own. */
export const membersOf = (error: object): Record<string, unknown> => {
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(error)) {
    if (hidden.has(key)) continue
    const name = key in renamed ? renamed[key] : key
    if (name !== undefined) own[name] = value
  }
  if (!("advice" in own) && "advice" in error) own["advice"] = error.advice
  return own
}

const literalOf = (field: unknown): string => {
  const ast = Schema.isSchema(field) ? field.ast : undefined
  return ast !== undefined && ast._tag === "Literal" ? String(ast.literal) : ""
}

const bodyOf = (error: ErrorClass) => {
  const { _tag, code, faults, kind } = error.fields
  const status = statusOf({ code: literalOf(code), kind: literalOf(kind) as Kind })
  return Schema.Struct({
    ...members,
    status: Schema.Literal(status),
    code: Schema.Literal(literalOf(code)),
    ...membersOf(error.fields),
    ...("advice" in error.prototype ? { advice: FailureAdvice } : {}),
    ...(faults === undefined ? {} : { errors: faults })
  } as Schema.Struct.Fields).annotate({ identifier: `${literalOf(_tag)}Problem`, httpApiStatus: status })
}

/** The schema of an error's answer: the error on this side, a problem on the wire. */
export interface ProblemSchema<C extends ErrorClass> extends Schema.decodeTo<Schema.toType<C>, Schema.Struct<{}>> {}

const make = <C extends ErrorClass>(error: C): ProblemSchema<C> => {
  const body = bodyOf(error)
  return body.pipe(
    Schema.decodeTo(
      Schema.toType(error),
      // The server writes problems in one place of its own and the client reads them as they are, so this is only what
      // documents and types are made from.
      SchemaTransformation.transform<unknown, unknown>({ decode: (problem) => problem, encode: (error) => error }) as never
    ),
    HttpApiSchema.status(body.ast.annotations?.["httpApiStatus"] as number),
    HttpApiSchema.asJson({ contentType })
  ) as unknown as ProblemSchema<C>
}

const made = new WeakMap<ErrorClass, ProblemSchema<ErrorClass>>()

/** The answers of errors, for the `error` of an endpoint. One schema for each class, so that documents name it once. */
export const problems = <const C extends ReadonlyArray<ErrorClass>>(
  ...errors: C
): { readonly [K in keyof C]: ProblemSchema<C[K]> } =>
  errors.map((error) => {
    const found = made.get(error) ?? make(error)
    made.set(error, found)
    return found
  }) as never
