/**
 * Links by which something is shown to others, such as those to carts: a table of its own for each kind of link.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Aimed, ShareLink, ShareLinks } from "@stoa/core/kernel/ShareLink"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "./Dialect.ts"
import { acrossStores } from "./EveryStore.ts"
import * as Row from "./Row.ts"
import { storage } from "./Storage.ts"

/** Where a kind of link is kept. */
export interface ShareLinkTable<Link extends ShareLink, Target extends string> {
  readonly table: string
  /** Begins the names of its operations in errors and traces. */
  readonly operation: string
  /** The column with the id of what a link leads to. */
  readonly target: string
  /** Further fields of a link; their columns are called the same. */
  readonly fields?: ReadonlyArray<keyof Link & string>
  /** What finds the rows of a target in a store, written so that SQLite takes the index that is meant for it. */
  readonly leadsTo: (target: Target, storeId: string) => Fragment
}

export const make = <Link extends ShareLink, Target extends string>(
  sql: SqlClient.SqlClient,
  { fields = [], leadsTo, operation, table, target: column }: ShareLinkTable<Link, Target>
): ShareLinks<Link, Target> => {
  const from = sql(table)
  const columns = sql.literal(["id", "expires_at AS \"expiresAt\"", "created_at AS \"createdAt\"", ...fields].join(", "))

  return {
    insert: Effect.fnUntraced(function*(link, maximum) {
      const { createdAt, expiresAt, id, target, tokenHash } = link
      const storeId = yield* CurrentStore
      const row: { readonly [column: string]: unknown } = {
        id,
        store_id: storeId,
        [column]: target,
        token_hash: tokenHash,
        expires_at: expiresAt,
        created_at: createdAt,
        ...Object.fromEntries(fields.map((field) => [field, link[field]]))
      }
      // one after the other, so that links which are made at once count each other
      yield* Dialect.lockTransaction(sql, `stoa:${table}:${storeId}:${target}`)
      const rows = yield* sql`
        INSERT INTO ${from} (${sql.literal(Object.keys(row).join(", "))})
        SELECT ${sql.join(", ", false)(Object.values(row).map((value) => sql`${value}`))}
        WHERE (SELECT count(*) FROM ${from} WHERE ${leadsTo(target, storeId)} AND expires_at > ${createdAt}) < ${maximum}
        RETURNING id`
      return rows.length > 0
    }, storage(`${operation}.insert`)),

    find: Effect.fnUntraced(function*(tokenHash) {
      const rows = yield* sql<Aimed<Link, Target>>`
        SELECT ${columns}, ${sql(column)} AS target FROM ${from} WHERE store_id = ${yield* CurrentStore} AND token_hash = ${tokenHash}`
      return Row.first(rows, (row) => row)
    }, storage(`${operation}.find`)),

    to: Effect.fnUntraced(function*(target, at) {
      return yield* sql<Link>`
        SELECT ${columns} FROM ${from} WHERE ${leadsTo(target, yield* CurrentStore)} AND expires_at > ${at}
        ORDER BY created_at, id LIMIT 100`
    }, storage(`${operation}.to`)),

    delete: Effect.fnUntraced(function*(target, id) {
      const rows = yield* sql`DELETE FROM ${from} WHERE id = ${id} AND ${leadsTo(target, yield* CurrentStore)} RETURNING id`
      return rows.length > 0
    }, storage(`${operation}.delete`)),

    deleteBefore: (before) =>
      acrossStores(sql`
        DELETE FROM ${from} WHERE id IN (SELECT id FROM ${from} WHERE expires_at < ${before} ORDER BY expires_at LIMIT 10000)`).pipe(
        Effect.asVoid,
        storage(`${operation}.deleteBefore`)
      )
  }
}
