/**
 * The fields that answers have, as the schemas say it: what `?fields=` may name.
 */
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

/** What a field may hold: objects of one or more shapes, none if it holds no objects. */
export type Shapes = ReadonlyArray<SchemaAST.Objects>

/** The objects in what a schema lets through, of lists those that they hold. */
const shapesIn = (ast: SchemaAST.AST): Shapes => {
  switch (ast._tag) {
    case "Objects":
      return [ast]
    case "Arrays":
      return [...ast.elements, ...ast.rest].flatMap(shapesIn)
    case "Union":
      return ast.types.flatMap(shapesIn)
    case "Suspend":
      return shapesIn(ast.thunk())
    default:
      return []
  }
}

const isIn = (name: string) => (shape: SchemaAST.Objects): boolean =>
  shape.propertySignatures.some((property) => property.name === name)

/** What stands under a name in objects of these shapes; `undefined` if none has it. Maps have every name. */
export const under = (shapes: Shapes, name: string): Shapes | undefined => {
  const types = shapes.flatMap((shape) => [
    ...shape.propertySignatures.filter((property) => property.name === name).map(({ type }) => type),
    ...(isIn(name)(shape) ? [] : shape.indexSignatures.map(({ type }) => type))
  ])
  return types.length === 0 ? undefined : types.flatMap(shapesIn)
}

/** All names of objects of these shapes. */
export const namesOf = (shapes: Shapes): ReadonlyArray<string> => [
  ...new Set(shapes.flatMap((shape) => shape.propertySignatures.map(({ name }) => String(name))))
]

export interface AnswerFields {
  /** Whether it is a page of a list: the fields are those of its items then. */
  readonly isPage: boolean
  readonly shapes: Shapes
}

/** The fields of an endpoint's answer; `undefined` if it is no object that is read. */
export const of = ({ method, success }: Pick<HttpApiEndpoint.Top, "method" | "success">): AnswerFields | undefined => {
  if (method !== "GET") return undefined
  const shapes = [...success].flatMap((answer) => shapesIn(Schema.toEncoded(answer).ast))
  if (shapes.length === 0) return undefined
  const isPage = shapes.every((shape) => isIn("items")(shape) && isIn("nextCursor")(shape))
  return { isPage, shapes: isPage ? under(shapes, "items") ?? [] : shapes }
}
