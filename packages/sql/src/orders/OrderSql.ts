/**
 * Orders in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { ListOrders, OrderId } from "@stoa/core/orders/Order"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import * as OrderWords from "@stoa/core/orders/OrderWords"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as SqlClient from "effect/sql/SqlClient"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Replica from "../Replica.ts"
import * as Row from "../Row.ts"
import { sentAtOnce, storage } from "../Storage.ts"
import * as VersionedRows from "../VersionedRows.ts"
import * as OrderCounts from "../analytics/OrderCounts.ts"
import * as OrderLineSql from "./OrderLineSql.ts"
import * as OrderRow from "./OrderRow.ts"

/** The orders of lists, which their cursors name. Ids grow with time. */
const newestFirst = "-placedAt"
const newestId = "-id"

/** What to look up: words, tags among them, and the address, if one was typed where words are. */
const wordsOf = ({ search = "", tag }: ListOrders) => {
  const typed = OrderWords.of(search).slice(0, OrderWords.most)
  const words = typed.filter((word) => !word.includes("@"))
  const email = typed.find((word) => word.includes("@"))
  return { email, words: tag === undefined ? words : [...words, `tag:${tag}`] }
}

const firstNumber = 1001

/** An address of which only the country and the region are left, which taxes depend on. */
const withoutPerson = (sql: Constructor, column: string): Fragment => {
  const part = (name: string) =>
    sql.onDialectOrElse({
      pg: () => sql`${sql(column)}::jsonb ->> ${sql.literal(`'${name}'`)}`,
      orElse: () => sql`${sql(column)} ->> ${sql.literal(`'${name}'`)}`
    })
  const gone = sql.literal("'-'")
  return sql`CASE WHEN ${sql(column)} IS NULL THEN NULL ELSE ${
    Dialect.jsonText(
      sql,
      Dialect.jsonObject(sql, { name: gone, line1: gone, city: gone, region: part("region"), country: part("country") })
    )
  } END`
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const reading = Replica.reading(sql, yield* Replica.Replica)

  const lines = sql`(SELECT ${
    Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, OrderRow.lineValue(sql), { orderBy: "l.position" }))
  } FROM order_lines l WHERE l.order_id = o.id)`

  /**
   * The number of the newest order, for whoever closes a cart. SQLite has one writer at a time; in Postgres the next one waits here, and
   * then sees the order that it has waited for.
   */
  const newest = sql.onDialectOrElse({
    pg: () => (storeId: string) => sql`(SELECT stoa_newest_order(${storeId}))`,
    orElse: () => (storeId: string) => sql`(SELECT max(number) FROM orders WHERE store_id = ${storeId})`
  })

  /** Conditions on the columns of one order, `o`. */
  const conditions = Effect.fnUntraced(function*(query: ListOrders) {
    const all = [sql`o.store_id = ${yield* CurrentStore}`]
    if (query.status !== undefined) all.push(sql`o.status = ${query.status}`)
    if (query.state !== undefined) all.push(sql`o.state = ${query.state}`)
    if (query.paymentStatus !== undefined) {
      // the index has all but what most orders are, which the order of time finds soon enough
      if (query.paymentStatus !== "paid") all.push(sql`o.payment_status <> 'paid'`)
      all.push(sql`o.payment_status = ${query.paymentStatus}`)
    }
    if (query.fulfilmentStatus !== undefined) {
      if (query.fulfilmentStatus !== "delivered") all.push(sql`o.fulfilment_status <> 'delivered'`)
      all.push(sql`o.fulfilment_status = ${query.fulfilmentStatus}`)
    }
    if (query.customerId !== undefined) all.push(sql`o.customer_id = ${query.customerId}`)
    if (query.email !== undefined) all.push(sql`o.email = ${query.email.trim().toLowerCase()}`)
    if (query.number !== undefined) all.push(sql`o.number = ${query.number}`)
    if (query.placedFrom !== undefined) all.push(sql`o.placed_at >= ${query.placedFrom}`)
    if (query.placedTo !== undefined) all.push(sql`o.placed_at < ${query.placedTo}`)
    if (query.currency !== undefined) all.push(sql`o.currency = ${query.currency}`)
    if (query.totalFrom !== undefined) all.push(sql`o.total >= ${query.totalFrom}`)
    if (query.totalTo !== undefined) all.push(sql`o.total <= ${query.totalTo}`)
    return all
  })

  /**
   * The orders of a query, in the order of their list: those that are found by a word from its entries in `order_words`,
   * newest id first, and the others by the time when they were placed.
   */
  const found = Effect.fnUntraced(function*(query: ListOrders) {
    const { email, words } = wordsOf(query)
    const all = yield* conditions(email === undefined ? query : { ...query, email })
    const [first, ...others] = words
    if (first === undefined) {
      if (query.after !== undefined) {
        const [placedAt, id] = yield* Page.decodeCursor(newestFirst, ["string", "string"], query.after)
        all.push(sql`(o.placed_at, o.id) < (${placedAt}, ${id})`)
      }
      return {
        sort: newestFirst,
        rows: sql`FROM orders o WHERE ${sql.and(all)} ORDER BY o.placed_at DESC, o.id DESC`
      }
    }
    for (const word of others) {
      all.push(sql`EXISTS (SELECT 1 FROM order_words x
        WHERE x.store_id = w.store_id AND x.word = ${word} AND x.order_id = w.order_id)`)
    }
    if (query.after !== undefined) {
      const [id] = yield* Page.decodeCursor(newestId, ["string"], query.after)
      all.push(sql`w.order_id < ${id}`)
    }
    // SQLite joins in the order in which a CROSS JOIN is written: the words come first, as they are sorted already
    return {
      sort: newestId,
      rows: sql`FROM order_words w CROSS JOIN orders o
        WHERE w.store_id = ${yield* CurrentStore} AND w.word = ${first} AND o.id = w.order_id AND ${sql.and(all)}
        ORDER BY w.order_id DESC`
    }
  })

  const page = <A extends { readonly placedAt: string; readonly id: string }>(
    orders: ReadonlyArray<A>,
    limit: number,
    sort: string
  ) => Page.fromRows(orders, limit, sort, (order) => sort === newestId ? [order.id] : [order.placedAt, order.id])

  const write = VersionedRows.writing(sql, "orders", OrderRow.changingColumns)

  return OrderRepository.of({
    close: Effect.fnUntraced(function*(placing) {
      const storeId = yield* CurrentStore
      const input = Dialect.jsonRows(
        sql,
        placing.map(({ cartVersion, order }) => ({
          cart_id: order.cartId,
          cart_version: cartVersion,
          order_id: order.id,
          placed_at: order.placedAt
        })),
        { cart_id: "text", cart_version: "int", order_id: "text", placed_at: "text" }
      )
      // Postgres takes any list in JSON for a hundred rows, and would rather read all open carts of a store that has few
      const { before, isNamed, tables } = sql.onDialectOrElse({
        pg: () => ({
          before: sql`WITH input AS (SELECT * FROM ${input})`,
          tables: sql`input`,
          isNamed: sql`AND carts.id = ANY(ARRAY(SELECT cart_id FROM input))`
        }),
        orElse: () => ({ before: sql``, tables: input, isNamed: sql`` })
      })
      const carts = yield* sql<{ readonly id: string; readonly newest: number | null }>`${before}
        UPDATE carts SET status = 'ordered', order_id = input.order_id, version = carts.version + 1,
          updated_at = input.placed_at
        FROM ${tables}
        WHERE carts.id = input.cart_id ${isNamed} AND ${Dialect.unindexed(sql, "carts.store_id")} = ${storeId}
          AND carts.status = 'open' AND carts.version = input.cart_version
        RETURNING id, ${newest(storeId)} AS newest`
      if (carts.length < placing.length) {
        const open = new Set(carts.map(({ id }) => id))
        return Result.fail(placing.flatMap(({ order }) => open.has(order.cartId) ? [] : [order.id]))
      }
      const first = (carts[0]?.newest ?? firstNumber - 1) + 1
      return Result.succeed(placing.map((_, index) => first + index))
    }, storage("Orders.close")),

    insert: Effect.fnUntraced(function*(orders) {
      const storeId = yield* CurrentStore
      yield* sentAtOnce(sql`
        INSERT INTO orders (
          number, id, store_id, status, payment_status, cart_id, customer_id, email, language, currency, prices_include_tax,
          shipping, subtotal, discount, shipping_total, tax, taxes, promotions, total, paid, refunded, item_count,
          shipping_address, billing_address, note, token_hash, words, reserved_until, kept_until, version, placed_at, updated_at
        )
        SELECT
          number, id, ${storeId}, status, payment_status, cart_id, customer_id, email, language, currency, prices_include_tax,
          shipping, subtotal, discount, shipping_total, tax, taxes, promotions, total, paid, refunded, item_count,
          shipping_address, billing_address, note, token_hash, words, reserved_until, kept_until, version, placed_at, updated_at
        FROM ${Dialect.jsonRows(sql, orders.map(OrderRow.orderRow), OrderRow.orderColumns)}`)
      yield* sentAtOnce(OrderLineSql.insert(
        sql,
        storeId,
        orders.flatMap(({ id, lines }) => lines.map((line, position) => ({ orderId: id, line, position })))
      ))
      yield* sentAtOnce(OrderLineSql.insertSupplies(
        sql,
        storeId,
        orders.flatMap(({ id, lines }) => lines.map((line) => ({ orderId: id, line })))
      ))
    }, storage("Orders.insert")),

    find: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<OrderRow.OrderRow>`SELECT o.*, ${lines} AS lines FROM orders o WHERE o.id = ${id} AND o.store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, OrderRow.toOrder)),
        storage("Orders.find")
      ),

    isUnderReview: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`SELECT id FROM fraud_reviews WHERE store_id = ${storeId} AND order_id = ${id} AND status = 'open'`
      ).pipe(
        Effect.map((rows) => rows.length > 0),
        storage("Orders.isUnderReview")
      ),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const { rows: from, sort } = yield* found(query)
      const rows = yield* reading((sql) =>
        sql<OrderRow.SummaryRow>`
          SELECT o.id, o.number, o.status, o.state, o.payment_status, o.fulfilment_status, o.customer_id, o.email, o.item_count,
            o.currency, o.total, o.placed_at, o.updated_at
          ${from} LIMIT ${limit + 1}`
      )
      return page(rows.map(OrderRow.toSummary), limit, sort)
    }, storage("Orders.list")),

    listWhole: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const { rows: from, sort } = yield* found(query)
      const rows = yield* sql<OrderRow.OrderRow>`SELECT o.*, ${lines} AS lines ${from} LIMIT ${limit + 1}`
      return page(rows.map(OrderRow.toOrder), limit, sort)
    }, storage("Orders.listWhole")),

    stats: Effect.fnUntraced(function*(range) {
      const rows = yield* sql<OrderRow.StatsRow>`${OrderCounts.placed(sql, yield* CurrentStore, range)}`
      return OrderRow.toStats(rows)
    }, storage("Orders.stats")),

    update: Effect.fnUntraced(function*(order) {
      if ((yield* write([OrderRow.changedRow(order)])).length > 0) {
        return yield* new VersionConflict({ id: order.id, expected: order.version - 1 })
      }
    }, storage("Orders.update")),

    updateAll: (orders) => write(orders.map(OrderRow.changedRow), { skipLocked: true }).pipe(storage("Orders.updateAll")),

    setShipping: Effect.fnUntraced(function*(order) {
      const rows = yield* sql`
        UPDATE orders SET shipping = ${Row.toJson(order.shipping)}, version = ${order.version}, updated_at = ${order.updatedAt}
        WHERE id = ${order.id} AND store_id = ${yield* CurrentStore} AND version = ${order.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: order.id, expected: order.version - 1 })
    }, storage("Orders.setShipping")),

    tag: Effect.fnUntraced(function*(order) {
      const rows = yield* sql`
        UPDATE orders SET tags = ${JSON.stringify(order.tags)}, version = ${order.version}, updated_at = ${order.updatedAt}
        WHERE id = ${order.id} AND store_id = ${yield* CurrentStore} AND version = ${order.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: order.id, expected: order.version - 1 })
    }, storage("Orders.tag")),

    underWay: (customerId) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly id: OrderId }>`
          SELECT id FROM orders
          WHERE store_id = ${storeId} AND customer_id = ${customerId}
            AND status IN ('pending', 'paid', 'processing', 'on_hold', 'shipped')
          ORDER BY placed_at, id LIMIT 20`
      ).pipe(
        Effect.map((rows) => rows.map((row) => row.id)),
        storage("Orders.underWay")
      ),

    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`
        UPDATE orders SET email = 'forgotten@erased.invalid', note = NULL, token_hash = NULL, version = version + 1,
          words = (SELECT ${
        Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, sql`lower(l.sku)`, { where: sql`l.sku IS NOT NULL` }))
      } FROM order_lines l WHERE l.order_id = orders.id),
          shipping_address = ${withoutPerson(sql, "shipping_address")},
          billing_address = ${withoutPerson(sql, "billing_address")}
        WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}
          AND email <> 'forgotten@erased.invalid'`
      yield* sql`
        UPDATE order_lines SET gift_card = '{}'
        WHERE store_id = ${yield* CurrentStore} AND gift_card IS NOT NULL AND order_id IN (
          SELECT id FROM orders WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId})`
    }, storage("Orders.forget")),

    overdue: (before, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly id: OrderId }>`
          SELECT id FROM orders
          WHERE store_id = ${storeId} AND status IN ('pending', 'failed') AND reserved_until < ${before}
          ORDER BY reserved_until LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map((row) => row.id)),
        storage("Orders.overdue")
      )
  })
})

export const layer: Layer.Layer<OrderRepository, never, SqlClient.SqlClient> = Layer.effect(OrderRepository, make)
