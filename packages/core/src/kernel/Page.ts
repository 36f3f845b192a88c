/**
 * Keyset pages: a list is read from a position on, not from a count, so that page 1000 costs what page 1 costs and no
 * row is seen twice while others come and go.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { InvalidInput } from "./Input.ts"

export const maximumLimit = 100
export const defaultLimit = 20

/** How much of a list to read (1 to 100, 20 by default), and after which position. */
export const PageRequest = {
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maximumLimit }))),
  after: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(500)))
} as const

/** A page of a list; `nextCursor` is `null` on the last one. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly nextCursor: string | null
}

export const Page = <S extends Schema.Top>(item: S) =>
  Schema.Struct({ items: Schema.Array(item), nextCursor: Schema.NullOr(Schema.String) })

/** The values of the sort keys at the end of a page, the unique id last. */
export type Position = ReadonlyArray<string | number | null>

/** An opaque cursor. It names its sort order, so that it cannot be used with another. */
export const encodeCursor = (sort: string, position: Position): string =>
  Buffer.from(JSON.stringify([sort, ...position])).toString("base64url")

/** What a sort key is. Ids, names and times are texts. */
export type KeyKind = "string" | "number"

type Values<Keys extends ReadonlyArray<KeyKind>> = { readonly [At in keyof Keys]: Keys[At] extends "number" ? number : string }

const isOfKind = (key: string | number | null | undefined, kind: KeyKind): boolean =>
  // no list counts further, and databases refuse what is larger
  kind === "string" ? typeof key === "string" : typeof key === "number" && Math.abs(key) <= Number.MAX_SAFE_INTEGER

/** The position behind a cursor of the same sort order and the same kinds of keys; anything else is `InvalidInput`. */
export const decodeCursor = <const Keys extends ReadonlyArray<KeyKind>>(
  sort: string,
  keys: Keys,
  cursor: string
): Effect.Effect<Values<Keys>, InvalidInput> =>
  Effect.suspend(() => {
    const [name, ...position] = parseCursor(cursor) ?? []
    return name === sort && position.length === keys.length && keys.every((kind, at) => isOfKind(position[at], kind))
      ? Effect.succeed(position as unknown as Values<Keys>)
      : Effect.fail(InvalidInput.at(["after"], "is not a cursor of this list and sort order", "not_a_cursor"))
  })

const parseCursor = (cursor: string): Position | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"))
    return Array.isArray(value)
        && value.every((key) => key === null || typeof key === "string" || typeof key === "number")
      ? value
      : undefined
  } catch {
    return undefined
  }
}

/** The sort order that a cursor names, or `undefined` for what is none. */
export const sortOfCursor = (cursor: string): string | undefined => {
  const sort = parseCursor(cursor)?.[0]
  return typeof sort === "string" ? sort : undefined
}

/** All items of a list, read page by page. */
export const all = <A, E, R>(
  read: (page: { readonly limit: number; readonly after?: string }) => Effect.Effect<Page<A>, E, R>
): Stream.Stream<A, E, R> =>
  Stream.paginate(undefined as string | undefined, (after) =>
    Effect.map(
      read({ limit: maximumLimit, ...(after === undefined ? {} : { after }) }),
      ({ items, nextCursor }) => [items, Option.fromNullOr(nextCursor)] as const
    ))

/** Cuts rows that were read with one more than the limit into a page. */
export const fromRows = <A>(
  rows: ReadonlyArray<A>,
  limit: number,
  sort: string,
  position: (row: A) => Position
): Page<A> => {
  const items = rows.length > limit ? rows.slice(0, limit) : rows
  const last = items[items.length - 1]
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(sort, position(last)) : null
  }
}
