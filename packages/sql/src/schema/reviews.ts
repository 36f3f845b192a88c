import type { Ddl } from "../Dialect.ts"

/** What customers think of products, what others think of that, and the stars of each product, counted as they come. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE reviews (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    customer_id ${d.text} NOT NULL,
    author_name ${d.text},
    rating ${d.int} NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title ${d.text},
    text ${d.text} NOT NULL,
    pictures ${d.json} NOT NULL,
    verified ${d.bool} NOT NULL,
    status ${d.text} NOT NULL,
    helpful ${d.int} NOT NULL CHECK (helpful >= 0),
    unhelpful ${d.int} NOT NULL CHECK (unhelpful >= 0),
    flags ${d.int} NOT NULL,
    reasons ${d.json} NOT NULL,
    answer ${d.json},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, customer_id, product_id)
  )${d.strict}`,
  "CREATE INDEX reviews_by_product ON reviews (product_id, status, id)",
  "CREATE INDEX reviews_by_rating ON reviews (product_id, status, rating, id)",
  "CREATE INDEX reviews_by_votes ON reviews (product_id, status, helpful, id)",
  "CREATE INDEX reviews_by_status ON reviews (store_id, status, id)",
  "CREATE INDEX reviews_by_store ON reviews (store_id, id)",
  `CREATE TABLE review_votes (
    store_id ${d.text} NOT NULL,
    review_id ${d.text} NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    customer_id ${d.text} NOT NULL,
    helpful ${d.bool} NOT NULL,
    PRIMARY KEY (review_id, customer_id)
  )${d.strict}`,
  "CREATE INDEX review_votes_by_customer ON review_votes (store_id, customer_id)",
  `CREATE TABLE review_flags (
    store_id ${d.text} NOT NULL,
    review_id ${d.text} NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    customer_id ${d.text} NOT NULL,
    reason ${d.text} NOT NULL,
    note ${d.text},
    at ${d.text} NOT NULL,
    PRIMARY KEY (review_id, customer_id)
  )${d.strict}`,
  "CREATE INDEX review_flags_by_customer ON review_flags (store_id, customer_id)",
  `CREATE TABLE product_ratings (
    product_id ${d.text} PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
    store_id ${d.text} NOT NULL,
    stars_1 ${d.int} NOT NULL CHECK (stars_1 >= 0),
    stars_2 ${d.int} NOT NULL CHECK (stars_2 >= 0),
    stars_3 ${d.int} NOT NULL CHECK (stars_3 >= 0),
    stars_4 ${d.int} NOT NULL CHECK (stars_4 >= 0),
    stars_5 ${d.int} NOT NULL CHECK (stars_5 >= 0)
  )${d.strict}`
]
