import type { Ddl } from "../Dialect.ts"

/**
 * Attributes, and what products and their variants say by them. A value is kept whole in the first of its rows; the keys of all are
 * what it is found by: texts, or a number in the unit that its family is counted in.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE attributes (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    code ${d.text} NOT NULL,
    title ${d.text} NOT NULL,
    type ${d.text} NOT NULL,
    subject ${d.text} NOT NULL,
    unit_family ${d.text},
    unit ${d.text},
    choices ${d.json} NOT NULL,
    required ${d.bool} NOT NULL,
    filterable ${d.bool} NOT NULL,
    searchable ${d.bool} NOT NULL,
    shown ${d.bool} NOT NULL,
    position ${d.int} NOT NULL,
    translations ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, code)
  )${d.strict}`,
  "CREATE INDEX attributes_by_position ON attributes (store_id, position, code)",
  `CREATE TABLE product_attributes (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    owner_id ${d.text} NOT NULL,
    attribute_id ${d.text} NOT NULL REFERENCES attributes (id) ON DELETE CASCADE,
    place ${d.int} NOT NULL,
    text_key ${d.text},
    number_key ${d.real},
    value ${d.json},
    PRIMARY KEY (product_id, owner_id, attribute_id, place)
  )${d.strict}`,
  "CREATE INDEX product_attributes_by_text ON product_attributes (attribute_id, text_key, product_id)",
  "CREATE INDEX product_attributes_by_number ON product_attributes (attribute_id, number_key, product_id) WHERE number_key IS NOT NULL"
]
