import type { Ddl } from "../Dialect.ts"

/** Customer groups and who belongs to them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE customer_groups (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, name)
  )${d.strict}`,
  `CREATE TABLE customer_group_members (
    store_id ${d.text} NOT NULL,
    group_id ${d.text} NOT NULL REFERENCES customer_groups (id) ON DELETE CASCADE,
    customer_id ${d.text} NOT NULL REFERENCES users (id),
    added_at ${d.text} NOT NULL,
    PRIMARY KEY (group_id, customer_id)
  )${d.strict}`,
  "CREATE INDEX customer_group_members_by_customer ON customer_group_members (store_id, customer_id, group_id)"
]
