/**
 * Input is decoded once, where it enters a service, and trusted after. Unknown fields are an error, and every fault
 * is named, not only the first.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as FaultCode from "./FaultCode.ts"
import { StoaError } from "./StoaError.ts"

/** One thing that is wrong with an input, and where. */
export const Fault = Schema.Struct({
  path: Schema.Array(Schema.Union([Schema.String, Schema.Number])),
  message: Schema.String,
  /** The rule as a word that stays the same: `"too_long"`. Left out where only the message says what is wrong. */
  code: Schema.optionalKey(Schema.String),
  /** The figures of the rule, by their names: `{ "maximum": 200 }`. */
  params: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
})
export interface Fault extends Schema.Schema.Type<typeof Fault> {}

/** The input does not have the right shape, or breaks a rule. Nothing was changed. */
export class InvalidInput extends StoaError<InvalidInput>()(
  "InvalidInput",
  { code: "invalid_input", kind: "invalid" },
  { faults: Schema.Array(Fault) }
) {
  override get message(): string {
    return this.faults.map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
      .join("; ")
  }

  /**
   * One fault at one place.
   *
   * @param reason the word for it, which stays the same, or that with the figures of the rule; left out, only the message tells it
   */
  static at(path: ReadonlyArray<string | number>, message: string, reason?: string | FaultCode.FaultCode): InvalidInput {
    return new InvalidInput({ faults: [{ path, message, ...(typeof reason === "string" ? { code: reason } : reason) }] })
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    switch (issue._tag) {
      case "MissingKey":
        return "is missing"
      case "UnexpectedKey":
        return "is not known here"
      case "InvalidType":
        // by themselves these give the name of the schema, which says nothing to who sent the input
        if (SchemaAST.isObjects(issue.ast)) return "Expected an object"
        if (SchemaAST.isString(issue.ast)) return "Expected string"
        return SchemaIssue.defaultLeafHook(issue)
      default:
        return SchemaIssue.defaultLeafHook(issue)
    }
  }
})

type Path = Fault["path"]

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): Path[number] => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "symbol" ? key.toString() : key
}

const faultOf = (
  at: Path,
  { message, path = [] }: {
    readonly message: string
    readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
  },
  code: FaultCode.FaultCode | undefined
): Fault => ({ path: [...at, ...path.map(keyOf)], message, ...code })

/** How much of what was given a form does not know, or lacks. */
const strange = (faults: ReadonlyArray<Fault>): number =>
  faults.filter(({ code }) => code === "unknown_field" || code === "missing").length

/**
 * Of a value that may have several forms, the faults by the one that it is most like: those of the others contradict them.
 * Where one of them takes no value of this kind, all are named.
 */
const nearest = (forms: ReadonlyArray<ReadonlyArray<Fault>>, at: Path): ReadonlyArray<Fault> =>
  forms.some((faults) => faults.every(({ path }) => path.length === at.length))
    ? forms.flat()
    : forms.reduce((best, faults) => strange(faults) < strange(best) ? faults : best)

/** Whether a value is one of several objects, without a message of its own for what is none. */
const isOneOfObjects = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isUnion(ast) && ast.types.every(SchemaAST.isObjects) && ast.annotations?.["message"] === undefined

const faultsAt = (issue: SchemaIssue.Issue, at: Path, within: SchemaAST.AST | undefined): ReadonlyArray<Fault> => {
  switch (issue._tag) {
    case "Pointer":
      return faultsAt(issue.issue, [...at, ...issue.path.map(keyOf)], undefined)
    case "Encoding":
      return faultsAt(issue.issue, at, within)
    case "Composite":
      return issue.issues.flatMap((one) => faultsAt(one, at, issue.ast))
    case "AnyOf":
      if (issue.issues.length > 0) return nearest(issue.issues.map((one) => faultsAt(one, at, within)), at)
      if (isOneOfObjects(issue.ast)) {
        return [{ path: at, message: "Expected an object", code: "not_an_object" }]
      }
  }
  const code = FaultCode.of(issue, within)
  return format(issue).issues.map((one) => faultOf(at, one, code))
}

/** Faults of a schema issue, as paths of plain keys. */
export const faultsOf = (issue: SchemaIssue.Issue): ReadonlyArray<Fault> => faultsAt(issue, [], undefined)

/** A decoder of untrusted input that fails with `InvalidInput`. Build it once, outside of the function that uses it. */
export const decoder = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S
): (input: unknown) => Effect.Effect<S["Type"], InvalidInput> => {
  const decode = Schema.decodeUnknownEffect(schema, { errors: "all", onExcessProperty: "error" })
  return (input) =>
    Effect.mapError(decode(input), (error) => new InvalidInput({ faults: faultsOf(error.issue) }))
}

/** The names of the texts that a list of parameters begins with. */
type TextNames<Parameters extends ReadonlyArray<unknown>> = Parameters extends readonly [infer First, ...infer Rest]
  ? string extends First ? readonly [name: string, ...TextNames<Rest>] : readonly []
  : readonly []

/** The methods of a service that begin with texts and can fail with `InvalidInput`, and what these texts are called. */
export type TextParameters<Service> = {
  readonly [
    Name in keyof Service as Service[Name] extends (...args: infer Args) => Effect.Effect<infer _A, infer E, infer _R>
      ? InvalidInput extends E ? TextNames<Args> extends readonly [] ? never : Name : never
      : never
  ]: Service[Name] extends (...args: infer Args) => unknown ? TextNames<Args> : never
}

/**
 * Checks that ids, references and whatever else is given by itself are texts, for callers that no type checker has
 * checked: what is none is `InvalidInput` at the parameter's name, and the method is not called.
 *
 * ```ts
 * const checked = Input.textParameters<Orders["Service"]>({ get: ["id"], cancel: ["id"] })
 * return checked(Orders.of({ get, cancel }))
 * ```
 */
export const textParameters =
  <Service extends object>(parameters: TextParameters<Service>) => (service: Service): Service => {
    const methods = service as Readonly<Record<string, (...args: ReadonlyArray<unknown>) => unknown>>
    const checked = Object.entries<ReadonlyArray<string>>(parameters).map(([method, names]) => [
      method,
      (...args: ReadonlyArray<unknown>) => {
        const faults = names.flatMap((name, index) =>
          typeof args[index] === "string" ? [] : [{ path: [name], message: "Expected string", code: "not_text" }])
        return faults.length === 0 ? methods[method]?.(...args) : Effect.fail(new InvalidInput({ faults }))
      }
    ])
    return { ...service, ...Object.fromEntries(checked) }
  }
