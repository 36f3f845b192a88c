import type { Ddl } from "../Dialect.ts"

/** As if every product had so many reviews more, of so many stars each: one review of five stars says less than a hundred of four. */
const priorReviews = 5
const priorStars = 3

const stars = [1, 2, 3, 4, 5]

/** Thousandths of stars of a row of `product_ratings`, 0 without reviews. */
const score = (row: string): string => {
  const sum = stars.map((star) => `${star} * ${row}.stars_${star}`).join(" + ")
  const count = stars.map((star) => `${row}.stars_${star}`).join(" + ")
  return `CASE WHEN ${count} = 0 THEN 0 ELSE (1000 * (${sum} + ${priorReviews * priorStars})) / (${count} + ${priorReviews}) END`
}

/** What products are sorted by: how many pieces were sold of late, and what people think of them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE products ADD COLUMN popularity ${d.int} NOT NULL DEFAULT 0`,
  `ALTER TABLE products ADD COLUMN rating_score ${d.int} NOT NULL DEFAULT 0`,
  `UPDATE products SET rating_score = (SELECT ${score("r")} FROM product_ratings AS r WHERE r.product_id = products.id)
    WHERE id IN (SELECT product_id FROM product_ratings)`,
  "CREATE INDEX products_by_popularity ON products (store_id, status, popularity, id)",
  "CREATE INDEX products_by_rating ON products (store_id, status, rating_score, id)",
  ...d.onDialect({
    sqlite: ["INSERT", "UPDATE"].map((event) =>
      `CREATE TRIGGER product_ratings_scored_${event.toLowerCase()} AFTER ${event} ON product_ratings BEGIN
        UPDATE products SET rating_score = ${score("NEW")} WHERE id = NEW.product_id;
      END`),
    pg: [
      `CREATE FUNCTION stoa_product_rating_scored() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE products SET rating_score = ${score("NEW")} WHERE id = NEW.product_id;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER product_ratings_scored AFTER INSERT OR UPDATE ON product_ratings
        FOR EACH ROW EXECUTE FUNCTION stoa_product_rating_scored()`
    ]
  })
]
