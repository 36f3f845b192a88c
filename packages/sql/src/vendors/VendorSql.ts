/**
 * Vendors in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Vendor, VendorMember } from "@stoa/core/vendors/Vendor"
import { maximumMembers } from "@stoa/core/vendors/Vendor"
import { VendorTaken } from "@stoa/core/vendors/VendorErrors"
import { type KnownVendor, VendorRepository } from "@stoa/core/vendors/VendorRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { sortTitle } from "../catalog/SearchText.ts"
import * as ListedWords from "../catalog/ListedWords.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface VendorRow {
  readonly id: string
  readonly name: string
  readonly sort_name: string
  readonly slug: string
  readonly description: string
  readonly email: string | null
  readonly status: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

interface MemberRow {
  readonly user_id: string
  readonly vendor_id: string
  readonly since: string
}

const sort = "name"

const fromRow = (row: VendorRow): Vendor => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  email: row.email,
  status: row.status,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Vendor)

const toMember = (row: MemberRow): VendorMember =>
  ({ userId: row.user_id, vendorId: row.vendor_id, since: row.since }) as VendorMember

const written = (vendor: Vendor) => ({
  name: vendor.name,
  sort_name: sortTitle(vendor.name),
  slug: vendor.slug,
  description: vendor.description,
  email: vendor.email,
  status: vendor.status,
  version: vendor.version,
  updated_at: vendor.updatedAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("v.id, v.name, v.sort_name, v.slug, v.description, v.email, v.status, v.version, v.created_at, v.updated_at")
  // whoever suspends a vendor waits for those who are putting something of theirs on sale
  const held = sql.onDialectOrElse({ pg: () => sql.literal(" FOR SHARE"), orElse: () => sql.literal("") })

  const ofIds = Effect.fnUntraced(function*(ids: ReadonlyArray<string>, lock: Fragment) {
    const rows = yield* sql<VendorRow>`
      SELECT ${columns} FROM vendors AS v
      WHERE ${Dialect.unindexed(sql, "v.store_id")} = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "v.id", ids)}${lock}`
    return rows.map(fromRow)
  })
  const taken = ({ name, slug }: Vendor) => new VendorTaken({ name, slug })

  return VendorRepository.of({
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit, status }) {
      const conditions = [sql`v.store_id = ${yield* CurrentStore}`]
      if (status !== undefined) conditions.push(sql`v.status = ${status}`)
      if (after !== undefined) {
        const [name, id] = yield* Page.decodeCursor(sort, ["string", "string"], after)
        conditions.push(sql`(v.sort_name, v.id) > (${name}, ${id})`)
      }
      const rows = yield* sql<VendorRow>`
        SELECT ${columns} FROM vendors AS v WHERE ${sql.and(conditions)} ORDER BY v.sort_name, v.id LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, sort, (row) => [row.sort_name, row.id])
      return { items: page.items.map(fromRow), nextCursor: page.nextCursor }
    }, storage("Vendors.list")),

    find: Effect.fnUntraced(function*(idOrSlug) {
      // a slug has no underscore
      const key = idOrSlug.startsWith("ven_") ? sql`v.id = ${idOrSlug}` : sql`v.slug = ${idOrSlug}`
      const rows = yield* sql<VendorRow>`
        SELECT ${columns} FROM vendors AS v WHERE v.store_id = ${yield* CurrentStore} AND ${key}`
      return Row.first(rows, fromRow)
    }, storage("Vendors.find")),

    seen: (ids) => ofIds(ids, sql.literal("")).pipe(storage("Vendors.seen")),

    known: (ids) => ofIds(ids, held).pipe(storage("Vendors.known")),

    named: Effect.fnUntraced(function*(names, ids) {
      const rows = yield* sql<VendorRow>`
        SELECT ${columns} FROM vendors AS v
        WHERE v.store_id = ${yield* CurrentStore}
          AND (${Dialect.oneOf(sql, "v.sort_name", names.map(sortTitle))} OR ${Dialect.oneOf(sql, "v.id", ids)})${held}`
      const byName = new Map(rows.map((row) => [row.sort_name, fromRow(row)]))
      const found = new Map<string, KnownVendor>(rows.map((row) => [row.id, fromRow(row)]))
      for (const name of names) {
        const vendor = byName.get(sortTitle(name))
        if (vendor !== undefined) found.set(name, vendor)
      }
      return found
    }, storage("Vendors.named")),

    slugsLike: Effect.fnUntraced(function*(slug) {
      const rows = yield* sql<{ readonly slug: string }>`
        SELECT slug FROM vendors
        WHERE store_id = ${yield* CurrentStore} AND slug >= ${slug} AND slug < ${`${slug}.`} AND length(slug) <= ${slug.length + 8}`
      return new Set(rows.map((row) => row.slug))
    }, storage("Vendors.slugsLike")),

    insert: Effect.fnUntraced(function*(vendor) {
      const row = { id: vendor.id, store_id: yield* CurrentStore, created_at: vendor.createdAt, ...written(vendor) }
      const rows = yield* sql`INSERT INTO vendors ${sql.insert(row)} ON CONFLICT DO NOTHING RETURNING id`
      if (rows.length === 0) return yield* taken(vendor)
    }, storage("Vendors.insert")),

    replace: Effect.fnUntraced(function*(vendor) {
      const storeId = yield* CurrentStore
      const rows = yield* Effect.catchReason(
        sql`UPDATE vendors SET ${sql.update(written(vendor))}
          WHERE id = ${vendor.id} AND store_id = ${storeId} AND version = ${vendor.version - 1} RETURNING id`,
        "SqlError",
        "UniqueViolation",
        () => Effect.fail(taken(vendor))
      )
      if (rows.length === 0) return yield* new VersionConflict({ id: vendor.id, expected: vendor.version - 1 })
    }, storage("Vendors.replace")),

    takeOff: Effect.fnUntraced(function*(id, at) {
      const storeId = yield* CurrentStore
      yield* sql`
        UPDATE products SET vendor_held = 0
        WHERE vendor_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND vendor_held = 1`
      yield* sql`
        UPDATE products SET status = 'draft', vendor_held = 1, version = version + 1, updated_at = ${at}
        WHERE vendor_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND status = 'active'`
    }, storage("Vendors.takeOff")),

    putBack: Effect.fnUntraced(function*(id, at) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE products SET status = 'active', vendor_held = 0, version = version + 1, updated_at = ${at}
        WHERE vendor_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          AND vendor_held = 1 AND status = 'draft' RETURNING id`
      if (rows.length > 0) yield* ListedWords.unsettle(sql, storeId)
    }, storage("Vendors.putBack")),

    products: Effect.fnUntraced(function*(vendorId, after, limit) {
      return yield* sql<{
        readonly id: string
        readonly slug: string
        readonly status: "draft" | "active" | "archived"
        readonly version: number
      }>`
        SELECT id, slug, status, version FROM products
        WHERE vendor_id = ${vendorId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND id > ${after}
        ORDER BY id LIMIT ${limit}`
    }, storage("Vendors.products")),

    ofMember: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<VendorRow>`
        SELECT ${columns} FROM vendor_members AS m JOIN vendors AS v ON v.id = m.vendor_id
        WHERE m.user_id = ${userId} AND m.store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Vendors.ofMember")),

    members: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<MemberRow>`
        SELECT user_id, vendor_id, since FROM vendor_members
        WHERE vendor_id = ${id} AND store_id = ${yield* CurrentStore} ORDER BY since, user_id LIMIT ${maximumMembers}`
      return rows.map(toMember)
    }, storage("Vendors.members")),

    addMember: Effect.fnUntraced(function*({ since, userId, vendorId }) {
      const rows = yield* sql`
        INSERT INTO vendor_members ${
        sql.insert({ user_id: userId, store_id: yield* CurrentStore, vendor_id: vendorId, since })
      } ON CONFLICT (user_id) DO NOTHING RETURNING user_id`
      return rows.length > 0
    }, storage("Vendors.addMember")),

    removeMember: Effect.fnUntraced(function*(id, userId) {
      const rows = yield* sql`
        DELETE FROM vendor_members
        WHERE user_id = ${userId} AND vendor_id = ${id} AND store_id = ${yield* CurrentStore} RETURNING user_id`
      return rows.length > 0
    }, storage("Vendors.removeMember")),

    membership: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<MemberRow>`
        SELECT user_id, vendor_id, since FROM vendor_members WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
      return rows.map(toMember)
    }, storage("Vendors.membership")),

    forget: Effect.fnUntraced(function*(userId) {
      yield* sql`DELETE FROM vendor_members WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
    }, storage("Vendors.forget"))
  })
})

export const layer: Layer.Layer<VendorRepository, never, SqlClient.SqlClient> = Layer.effect(VendorRepository, make)
