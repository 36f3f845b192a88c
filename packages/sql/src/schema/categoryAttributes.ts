import type { Ddl } from "../Dialect.ts"

/** The attributes that the products of a category, and of those below it, are to say. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE category_attributes (
    store_id ${d.text} NOT NULL,
    category_id ${d.text} NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    attribute_id ${d.text} NOT NULL REFERENCES attributes (id) ON DELETE CASCADE,
    required ${d.bool} NOT NULL,
    position ${d.int} NOT NULL,
    PRIMARY KEY (category_id, attribute_id)
  )${d.strict}`,
  "CREATE INDEX category_attributes_by_store ON category_attributes (store_id)",
  "CREATE INDEX category_attributes_by_attribute ON category_attributes (attribute_id)"
]
