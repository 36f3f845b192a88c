import type { Ddl } from "../Dialect.ts"

/** A location at which a variant of the product `products` has pieces that nobody has reserved, among its first variants. */
const stocked = `(SELECT l.location_id FROM (SELECT v.id FROM variants AS v WHERE v.product_id = products.id ORDER BY v.position LIMIT 50) AS v
      CROSS JOIN stock_levels AS l CROSS JOIN locations AS o
      WHERE l.variant_id = v.id AND l.on_hand > l.reserved AND o.id = l.location_id AND o.active = 1 LIMIT 1)`

/** A level that can be sold from, of a product of which no other is known. */
const comes = `UPDATE products SET stocked_at = NEW.location_id
        WHERE id = (SELECT product_id FROM variants WHERE id = NEW.variant_id) AND (SELECT active FROM locations WHERE id = stocked_at) IS NOT 1`

/** The level that was known of its product. */
const goes = `UPDATE products SET stocked_at = ${stocked}
        WHERE id = (SELECT product_id FROM variants WHERE id = OLD.variant_id) AND stocked_at = OLD.location_id`

/** The stars of a row of `product_ratings`, as lists read them; `NULL` without reviews. */
const stars = (row: string): string => {
  const columns = [1, 2, 3, 4, 5].map((star) => `${row}.stars_${star}`)
  return `CASE WHEN ${columns.join(" + ")} > 0 THEN ${columns.join(" || ',' || ")} END`
}

/**
 * What a list shows of each product stands in the row of the product: where it is in stock, and its stars. Products of a list lie far apart on the disk, and so
 * do their variants, levels and ratings, each on pages of its own. In SQLite alone: PostgreSQL, which does not change rows in place, would write
 * all index entries of a product anew with the last piece that is sold.
 *
 * `stocked_at` is a location at which a variant has pieces that nobody has reserved. Whether that location is open is asked when the
 * product is read. A product without it may be in stock as well: then its levels are read.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [
      "ALTER TABLE products ADD COLUMN stocked_at TEXT",
      "ALTER TABLE products ADD COLUMN stars TEXT",
      `UPDATE products SET stocked_at = ${stocked}, stars = (SELECT ${stars("r")} FROM product_ratings AS r WHERE r.product_id = products.id)`,
      `CREATE TRIGGER stock_levels_stocked AFTER INSERT ON stock_levels WHEN NEW.on_hand > NEW.reserved BEGIN
        ${comes};
      END`,
      `CREATE TRIGGER stock_levels_restocked AFTER UPDATE OF on_hand, reserved ON stock_levels
        WHEN NEW.on_hand > NEW.reserved AND OLD.on_hand <= OLD.reserved BEGIN
        ${comes};
      END`,
      `CREATE TRIGGER stock_levels_sold_out AFTER UPDATE OF on_hand, reserved ON stock_levels
        WHEN NEW.on_hand <= NEW.reserved AND OLD.on_hand > OLD.reserved BEGIN
        ${goes};
      END`,
      `CREATE TRIGGER stock_levels_gone AFTER DELETE ON stock_levels WHEN OLD.on_hand > OLD.reserved BEGIN
        ${goes};
      END`,
      // its levels are deleted with it, and no longer say of which product they were
      `CREATE TRIGGER variants_stock_gone AFTER DELETE ON variants BEGIN
        UPDATE products SET stocked_at = ${stocked} WHERE id = OLD.product_id AND stocked_at IS NOT NULL;
      END`,
      ...["insert", "update"].map((event) =>
        `CREATE TRIGGER product_ratings_shown_${event} AFTER ${event.toUpperCase()} ON product_ratings BEGIN
        UPDATE products SET stars = ${stars("NEW")} WHERE id = NEW.product_id;
      END`)
    ],
    pg: []
  })
