/**
 * Reviews in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { type ListReviews, type ModeratedReview, ratingOf, type ReviewFlag } from "@stoa/core/reviews/Review"
import { ReviewExists } from "@stoa/core/reviews/ReviewErrors"
import { ReviewRepository } from "@stoa/core/reviews/ReviewRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ReviewRow {
  readonly id: string
  readonly product_id: string
  readonly customer_id: string
  readonly author_name: string | null
  readonly rating: number
  readonly title: string | null
  readonly text: string
  readonly pictures: string
  readonly verified: number
  readonly status: string
  readonly helpful: number
  readonly unhelpful: number
  readonly flags: number
  readonly reasons: string
  readonly answer: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

interface RatingRow {
  readonly stars_1: number
  readonly stars_2: number
  readonly stars_3: number
  readonly stars_4: number
  readonly stars_5: number
}

const fromRow = (row: ReviewRow): ModeratedReview => ({
  id: row.id,
  productId: row.product_id,
  customerId: row.customer_id,
  authorName: row.author_name,
  rating: row.rating,
  title: row.title,
  text: row.text,
  pictures: Row.json(row.pictures),
  verifiedPurchase: row.verified === 1,
  status: row.status,
  helpful: row.helpful,
  unhelpful: row.unhelpful,
  flags: row.flags,
  reasons: Row.json(row.reasons),
  answer: Row.jsonOrNull(row.answer),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as ModeratedReview)

/** Under how many stars a review counts; 0 while it does not. */
const counts = ({ rating, status }: Pick<ModeratedReview, "rating" | "status">): number => status === "published" ? rating : 0

const levels = [1, 2, 3, 4, 5] as const

/** An order of reviews: its name in cursors, its keys and their kinds, and what comes after some. */
interface SortedBy {
  readonly name: string
  readonly order: Fragment
  readonly keys: (review: ModeratedReview) => Page.Position
  readonly kinds: ReadonlyArray<Page.KeyKind>
  readonly after: (position: Page.Position) => Fragment
}

const newestFirst = "-id"
const oldestFirst = "id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, product_id, customer_id, author_name, rating, title, text, pictures, verified, status, helpful, unhelpful, flags, "
      + "reasons, answer, version, created_at, updated_at"
  )

  /** Counts reviews in and out of the figures of their products. */
  const count = Effect.fnUntraced(function*(
    changes: ReadonlyArray<{ readonly productId: string; readonly from: number; readonly to: number }>
  ) {
    const byProduct = new Map<string, Array<number>>()
    for (const { from, productId, to } of changes) {
      if (from === to) continue
      const stars = byProduct.get(productId) ?? levels.map(() => 0)
      if (from > 0) stars[from - 1] = (stars[from - 1] ?? 0) - 1
      if (to > 0) stars[to - 1] = (stars[to - 1] ?? 0) + 1
      byProduct.set(productId, stars)
    }
    if (byProduct.size === 0) return
    const storeId = yield* CurrentStore
    // in one order, so that two who count several products do not wait for each other
    const rows = [...byProduct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([product_id, [s1, s2, s3, s4, s5]]) => ({
      product_id,
      store_id: storeId,
      s1,
      s2,
      s3,
      s4,
      s5
    }))
    const input = Dialect.jsonRows(sql, rows, {
      product_id: "text",
      store_id: "text",
      s1: "int",
      s2: "int",
      s3: "int",
      s4: "int",
      s5: "int"
    })
    // a product that loses a star has figures; a check that they are not negative would refuse the new row of others
    yield* sql`
      INSERT INTO product_ratings (product_id, store_id, stars_1, stars_2, stars_3, stars_4, stars_5)
      SELECT product_id, store_id, 0, 0, 0, 0, 0 FROM ${input} WHERE true
      ON CONFLICT (product_id) DO NOTHING`
    yield* sql`
      UPDATE product_ratings SET stars_1 = stars_1 + input.s1, stars_2 = stars_2 + input.s2,
        stars_3 = stars_3 + input.s3, stars_4 = stars_4 + input.s4, stars_5 = stars_5 + input.s5
      FROM ${input}
      WHERE product_ratings.product_id = input.product_id
        AND ${Dialect.unindexed(sql, "product_ratings.store_id")} = ${storeId}`
  })

  const page = (
    conditions: ReadonlyArray<Fragment>,
    order: Fragment,
    sort: string,
    limit: number,
    position: (review: ModeratedReview) => Page.Position
  ) =>
    Effect.map(
      sql<ReviewRow>`SELECT ${columns} FROM reviews WHERE ${sql.and(conditions)} ORDER BY ${order} LIMIT ${limit + 1}`,
      (rows) => Page.fromRows(rows.map(fromRow), limit, sort, position)
    )

  /** How a list of a product's reviews is sorted. */
  const sortedBy = (sort: NonNullable<ListReviews["sort"]>): SortedBy => {
    switch (sort) {
      case "newest":
        return {
          name: newestFirst,
          order: sql.literal("id DESC"),
          keys: ({ id }) => [id],
          kinds: ["string"],
          after: ([id]) => sql`id < ${id}`
        }
      case "highest":
        return {
          name: "-rating,-id",
          order: sql.literal("rating DESC, id DESC"),
          keys: ({ id, rating }) => [rating, id],
          kinds: ["number", "string"],
          after: ([rating, id]) => sql`(rating, id) < (${rating}, ${id})`
        }
      case "lowest":
        return {
          name: "rating,id",
          order: sql.literal("rating, id"),
          keys: ({ id, rating }) => [rating, id],
          kinds: ["number", "string"],
          after: ([rating, id]) => sql`(rating, id) > (${rating}, ${id})`
        }
      case "helpful":
        return {
          name: "-helpful,-id",
          order: sql.literal("helpful DESC, id DESC"),
          keys: ({ helpful, id }) => [helpful, id],
          kinds: ["number", "string"],
          after: ([helpful, id]) => sql`(helpful, id) < (${helpful}, ${id})`
        }
    }
  }

  const byId = (id: string, lock: Fragment) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      Effect.map(
        sql<ReviewRow>`SELECT ${columns} FROM reviews WHERE id = ${id} AND store_id = ${storeId}${lock}`,
        (rows) => Row.first(rows, fromRow)
      ))

  return ReviewRepository.of({
    insert: Effect.fnUntraced(function*(review) {
      const rows = yield* sql`INSERT INTO reviews ${
        sql.insert({
          id: review.id,
          store_id: yield* CurrentStore,
          product_id: review.productId,
          customer_id: review.customerId,
          author_name: review.authorName,
          rating: review.rating,
          title: review.title,
          text: review.text,
          pictures: JSON.stringify(review.pictures),
          verified: review.verifiedPurchase ? 1 : 0,
          status: review.status,
          helpful: review.helpful,
          unhelpful: review.unhelpful,
          flags: review.flags,
          reasons: JSON.stringify(review.reasons),
          answer: Row.toJson(review.answer),
          version: review.version,
          created_at: review.createdAt,
          updated_at: review.updatedAt
        })
      } ON CONFLICT (store_id, customer_id, product_id) DO NOTHING RETURNING id`
      if (rows.length === 0) return yield* new ReviewExists({ productId: review.productId })
      yield* count([{ productId: review.productId, from: 0, to: counts(review) }])
    }, storage("Reviews.insert")),

    find: Effect.fnUntraced(function*(id) {
      return yield* byId(id, sql.literal(""))
    }, storage("Reviews.find")),

    findForUpdate: Effect.fnUntraced(function*(id) {
      return yield* byId(id, Dialect.forUpdate(sql))
    }, storage("Reviews.findForUpdate")),

    update: Effect.fnUntraced(function*(before, after) {
      const rows = yield* sql`
        UPDATE reviews SET author_name = ${after.authorName}, rating = ${after.rating}, title = ${after.title},
          text = ${after.text}, pictures = ${JSON.stringify(after.pictures)}, status = ${after.status},
          flags = ${after.flags}, reasons = ${JSON.stringify(after.reasons)}, answer = ${Row.toJson(after.answer)},
          version = ${after.version}, updated_at = ${after.updatedAt}
        WHERE id = ${after.id} AND store_id = ${yield* CurrentStore} AND version = ${before.version} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: after.id, expected: before.version })
      yield* count([{ productId: after.productId, from: counts(before), to: counts(after) }])
    }, storage("Reviews.update")),

    delete: Effect.fnUntraced(function*(review) {
      yield* sql`DELETE FROM reviews WHERE id = ${review.id} AND store_id = ${yield* CurrentStore}`
      yield* count([{ productId: review.productId, from: counts(review), to: 0 }])
    }, storage("Reviews.delete")),

    ofProduct: Effect.fnUntraced(function*(productId, query) {
      const { after, keys, kinds, name, order } = sortedBy(query.sort ?? "newest")
      const conditions: Array<Fragment> = [
        sql`product_id = ${productId}`,
        sql`${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`,
        sql`status = 'published'`
      ]
      if (query.rating !== undefined) conditions.push(sql`rating = ${query.rating}`)
      if (query.verified === true) conditions.push(sql`verified = 1`)
      if (query.after !== undefined) {
        conditions.push(after(yield* Page.decodeCursor(name, kinds, query.after)))
      }
      return yield* page(conditions, order, name, query.limit ?? Page.defaultLimit, keys)
    }, storage("Reviews.ofProduct")),

    ofCustomer: Effect.fnUntraced(function*(customerId, query) {
      const { after, keys } = sortedBy("newest")
      const conditions: Array<Fragment> = [sql`store_id = ${yield* CurrentStore}`, sql`customer_id = ${customerId}`]
      if (query.after !== undefined) conditions.push(after(yield* Page.decodeCursor(newestFirst, ["string"], query.after)))
      return yield* page(conditions, sql`${Dialect.unindexed(sql, "id")} DESC`, newestFirst, query.limit ?? Page.defaultLimit, keys)
    }, storage("Reviews.ofCustomer")),

    list: Effect.fnUntraced(function*(query) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.productId !== undefined) conditions.push(sql`product_id = ${query.productId}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(oldestFirst, ["string"], query.after)
        conditions.push(sql`id > ${id}`)
      }
      return yield* page(conditions, sql.literal("id"), oldestFirst, query.limit ?? Page.defaultLimit, ({ id }) => [id])
    }, storage("Reviews.list")),

    rating: Effect.fnUntraced(function*(productId) {
      const [row] = yield* sql<RatingRow>`
        SELECT stars_1, stars_2, stars_3, stars_4, stars_5 FROM product_ratings
        WHERE product_id = ${productId} AND store_id = ${yield* CurrentStore}`
      return ratingOf(row === undefined ? [0, 0, 0, 0, 0] : [row.stars_1, row.stars_2, row.stars_3, row.stars_4, row.stars_5])
    }, storage("Reviews.rating")),

    bought: Effect.fnUntraced(function*(customerId, productId) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        SELECT 1 AS found FROM orders JOIN order_lines ON order_lines.order_id = orders.id
        WHERE orders.store_id = ${storeId} AND orders.customer_id = ${customerId}
          AND orders.status IN ('paid', 'processing', 'shipped', 'delivered')
          AND order_lines.product_id = ${productId} AND ${Dialect.unindexed(sql, "order_lines.store_id")} = ${storeId}
        LIMIT 1`
      return rows.length > 0
    }, storage("Reviews.bought")),

    vote: Effect.fnUntraced(function*(review, customerId, helpful) {
      const storeId = yield* CurrentStore
      const [before] = yield* sql<{ readonly helpful: number }>`
        SELECT helpful FROM review_votes
        WHERE review_id = ${review.id} AND customer_id = ${customerId} AND store_id = ${storeId}`
      const had = before === undefined ? null : before.helpful === 1
      const votes = {
        helpful: review.helpful - (had === true ? 1 : 0) + (helpful === true ? 1 : 0),
        unhelpful: review.unhelpful - (had === false ? 1 : 0) + (helpful === false ? 1 : 0)
      }
      if (had === helpful) return votes
      yield* helpful === null
        ? sql`DELETE FROM review_votes
          WHERE review_id = ${review.id} AND customer_id = ${customerId} AND store_id = ${storeId}`
        : sql`INSERT INTO review_votes ${
          sql.insert({ store_id: storeId, review_id: review.id, customer_id: customerId, helpful: helpful ? 1 : 0 })
        } ON CONFLICT (review_id, customer_id) DO UPDATE SET helpful = excluded.helpful`
      yield* sql`UPDATE reviews SET helpful = ${votes.helpful}, unhelpful = ${votes.unhelpful}
        WHERE id = ${review.id} AND store_id = ${storeId}`
      return votes
    }, storage("Reviews.vote")),

    flag: Effect.fnUntraced(function*(reviewId, flag) {
      const rows = yield* sql`INSERT INTO review_flags ${
        sql.insert({
          store_id: yield* CurrentStore,
          review_id: reviewId,
          customer_id: flag.customerId,
          reason: flag.reason,
          note: flag.note,
          at: flag.at
        })
      } ON CONFLICT (review_id, customer_id) DO NOTHING RETURNING review_id`
      return rows.length > 0
    }, storage("Reviews.flag")),

    flags: Effect.fnUntraced(function*(reviewId) {
      const rows = yield* sql<{ readonly customer_id: string; readonly reason: string; readonly note: string | null; readonly at: string }>`
        SELECT customer_id, reason, note, at FROM review_flags
        WHERE review_id = ${reviewId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
        ORDER BY at DESC, customer_id LIMIT 100`
      return rows.map(({ at, customer_id, note, reason }) => ({ customerId: customer_id, reason, note, at }) as ReviewFlag)
    }, storage("Reviews.flags")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      const written = yield* sql<Pick<ReviewRow, "product_id" | "rating" | "status">>`
        DELETE FROM reviews WHERE store_id = ${storeId} AND customer_id = ${customerId} RETURNING product_id, rating, status`
      yield* count(written.map(({ product_id, rating, status }) => ({
        productId: product_id,
        from: counts({ rating, status: status as ModeratedReview["status"] }),
        to: 0
      })))
      const votes = yield* sql<{ readonly review_id: string; readonly helpful: number }>`
        DELETE FROM review_votes WHERE store_id = ${storeId} AND customer_id = ${customerId} RETURNING review_id, helpful`
      if (votes.length > 0) {
        yield* sql`
          UPDATE reviews SET helpful = reviews.helpful - input.helpful, unhelpful = reviews.unhelpful - (1 - input.helpful)
          FROM ${Dialect.jsonRows(sql, votes, { review_id: "text", helpful: "int" })}
          WHERE reviews.id = input.review_id AND ${Dialect.unindexed(sql, "reviews.store_id")} = ${storeId}`
      }
      yield* sql`DELETE FROM review_flags WHERE store_id = ${storeId} AND customer_id = ${customerId}`
    }, storage("Reviews.forget"))
  })
})

export const layer: Layer.Layer<ReviewRepository, never, SqlClient.SqlClient> = Layer.effect(ReviewRepository, make)
