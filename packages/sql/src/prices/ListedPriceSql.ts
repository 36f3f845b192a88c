/**
 * What price lists say of variants, to be part of the statements that read products and carts.
 */
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

/**
 * A JSON array of `ListedPrice` for the variant `v`: of the lists that are not over and whose group, if they have one,
 * the customer belongs to. Not yet text.
 */
export const listed = (sql: Constructor, at: Fragment, customerId: Fragment): Fragment => {
  const price = Dialect.jsonObject(sql, {
    listId: "price_list.id",
    listName: "price_list.name",
    type: "price_list.type",
    currency: "price_list.currency",
    countries: Dialect.jsonValue(sql, "price_list.countries"),
    subdivisions: Dialect.jsonValue(sql, "price_list.subdivisions"),
    channel: "price_list.channel",
    customerGroupId: "price_list.customer_group_id",
    startsAt: "price_list.starts_at",
    endsAt: "price_list.ends_at",
    minQuantity: "list_price.min_quantity",
    amount: "list_price.amount"
  })
  return sql`(SELECT ${Dialect.jsonArrayAgg(sql, price)}
    FROM list_prices AS list_price CROSS JOIN price_lists AS price_list
    WHERE list_price.variant_id = v.id AND list_price.store_id = v.store_id
      AND price_list.id = list_price.price_list_id AND price_list.status = 'active'
      AND (price_list.ends_at IS NULL OR price_list.ends_at > ${at})
      AND (price_list.customer_group_id IS NULL OR EXISTS (
        SELECT 1 FROM customer_group_members AS member
        WHERE member.group_id = price_list.customer_group_id AND member.customer_id = ${customerId}
      )))`
}

/** Whether any list says anything of the variant `v`. */
export const isVariantListed = (sql: Constructor): Fragment =>
  sql`EXISTS (SELECT 1 FROM list_prices AS any_price WHERE any_price.variant_id = v.id AND any_price.store_id = v.store_id)`

/** Whether any list says anything of the product `p`. */
export const isListed = `EXISTS (
    SELECT 1 FROM list_prices AS any_price WHERE any_price.product_id = p.id AND any_price.store_id = p.store_id
  )`

/**
 * A `PriceHistory` of the variant `v`, which may be reduced, as JSON; otherwise NULL. The newest 400 changes are enough
 * for a price that changes daily to be traced through a reduction of a year.
 */
export const history = (sql: Constructor): Fragment => {
  const amount = Dialect.jsonObject(sql, {
    listId: "changed.price_list_id",
    at: "changed.at",
    amount: "changed.amount",
    compareAt: "changed.compare_at"
  })
  const list = Dialect.jsonObject(sql, {
    listId: "terms.price_list_id",
    at: "terms.at",
    terms: Dialect.jsonValue(sql, "terms.terms")
  })
  const parts = Dialect.jsonObject(sql, {
    amounts: sql`(SELECT ${Dialect.jsonArrayAgg(sql, amount)} FROM (
      SELECT h.price_list_id, h.at, h.amount, h.compare_at FROM price_history AS h
      WHERE h.variant_id = v.id AND h.store_id = v.store_id ORDER BY h.at DESC LIMIT 400) AS changed)`,
    lists: sql`(SELECT ${Dialect.jsonArrayAgg(sql, list)} FROM (
      SELECT t.price_list_id, t.at, t.terms FROM price_list_history AS t
      WHERE t.store_id = v.store_id AND t.price_list_id IN (
        SELECT h.price_list_id FROM price_history AS h WHERE h.variant_id = v.id
      ) ORDER BY t.at DESC LIMIT 400) AS terms)`
  })
  return sql`CASE WHEN v.compare_at IS NOT NULL OR EXISTS (
      SELECT 1 FROM list_prices AS any_price WHERE any_price.variant_id = v.id AND any_price.store_id = v.store_id
    ) THEN ${parts} END`
}
