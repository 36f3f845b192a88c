import type { Ddl } from "../Dialect.ts"

/** What people ask about products, and what the shop says. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE questions (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    customer_id ${d.text} NOT NULL,
    author_name ${d.text},
    text ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    answer ${d.json},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX questions_by_product ON questions (product_id, status, id)",
  "CREATE INDEX questions_by_customer ON questions (store_id, customer_id, id)",
  "CREATE INDEX questions_by_status ON questions (store_id, status, id)",
  "CREATE INDEX questions_by_store ON questions (store_id, id)"
]
