import type { Ddl } from "../Dialect.ts"

/**
 * What lists of products are sorted by: texts as titles are sorted, and of one choice its place among the choices, as `number_key`. Texts
 * of before are written without regard to case alone until their product is written again.
 */
export const up = (d: Ddl): ReadonlyArray<string> => {
  const ofType = (type: string) => `attribute_id IN (SELECT id FROM attributes WHERE type = '${type}')`
  const written = d.onDialect({ sqlite: "json_extract(value, '$')", pg: "value::jsonb #>> '{}'" })
  const place = d.onDialect({
    sqlite: `SELECT one.key FROM attributes AS a CROSS JOIN json_each(a.choices) AS one
      WHERE a.id = product_attributes.attribute_id AND json_extract(one.value, '$.code') = product_attributes.text_key`,
    pg: `SELECT one.place - 1 FROM attributes AS a CROSS JOIN LATERAL jsonb_array_elements(a.choices::jsonb) WITH ORDINALITY AS one (choice, place)
      WHERE a.id = product_attributes.attribute_id AND one.choice ->> 'code' = product_attributes.text_key`
  })
  return [
    `ALTER TABLE product_attributes ADD COLUMN sort_text ${d.text}`,
    `UPDATE product_attributes SET sort_text = substr(lower(${written}), 1, 64) WHERE place = 0 AND ${ofType("text")}`,
    `UPDATE product_attributes SET number_key = (${place}) WHERE ${ofType("choice")}`,
    "CREATE INDEX product_attributes_by_sort_text ON product_attributes (attribute_id, sort_text, product_id) WHERE sort_text IS NOT NULL"
  ]
}
