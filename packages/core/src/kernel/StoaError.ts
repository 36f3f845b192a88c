/**
 * The base of every error that a caller can cause or must expect.
 *
 * `code` is stable and for machines, `message` is for people, `kind` says what sort of answer it deserves: the HTTP
 * package turns the kind into a status in one table, so a plug-in's errors are answered properly without more work.
 */
import * as Schema from "effect/Schema"

/** The sorts of failure that a caller tells apart. */
export type Kind =
  /** The input is malformed or breaks a rule that needs no stored data to check. */
  | "invalid"
  /** Nobody is signed in, or the credential is not valid. */
  | "unauthenticated"
  /** Signed in, but not allowed. Only where the caller may know that the thing exists. */
  | "forbidden"
  /** Not there, or not for this caller to see. */
  | "not_found"
  /** The state of things does not allow it now. */
  | "conflict"
  /** The caller acted on an older version. */
  | "stale"
  /** It was there, and is no more. */
  | "gone"
  /** The bank or the buyer said no. */
  | "payment"
  /** Larger than allowed. */
  | "too_large"
  /** Too many requests. */
  | "throttled"
  /** Something that the engine depends on does not answer. Trying again may help. */
  | "unavailable"

/** What every error of the engine carries. */
export interface StoaError extends Error {
  readonly _tag: string
  readonly code: string
  readonly kind: Kind
}

/**
 * Defines an error class. `code` and `kind` are filled in by themselves.
 *
 * ```ts
 * class OrderNotFound extends StoaError<OrderNotFound>()(
 *   "OrderNotFound",
 *   { code: "order_not_found", kind: "not_found" },
 *   { orderId: Schema.String }
 * ) {
 *   override get message() { return `There is no order ${this.orderId}` }
 * }
 * ```
 */
export const StoaError = <Self = never>() =>
<
  const Tag extends string,
  const Code extends string,
  const K extends Kind,
  const Fields extends Schema.Struct.Fields
>(
  tag: Tag,
  options: { readonly code: Code; readonly kind: K },
  fields: Fields
) => {
  const Base = Schema.TaggedError<Self>()(tag, {
    ...fields,
    code: Schema.tag(options.code),
    kind: Schema.tag(options.kind)
  })
  // Effect prints its errors as bare fields; without its way Node prints the message and the stack before them
  const { prototype } = Base as unknown as { readonly prototype: object }
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), { value: undefined })
  return Base
}

/** Whether a value is an error that follows this contract, from the engine or from a plug-in. */
export const isStoaError = (value: unknown): value is StoaError =>
  value instanceof Error && "_tag" in value && "code" in value && typeof value.code === "string" && "kind" in value
  && typeof value.kind === "string"
