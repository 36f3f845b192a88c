import type { Ddl } from "../Dialect.ts"

/**
 * Bundles: what a variant consists of, and what a line of an order was made of. The database keeps the parts in a table by
 * itself, so writing a variant takes no further statement. A part that is deleted stays named there: that is why its bundles
 * cannot be sold.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE variants ADD COLUMN bundle ${d.json}`,
  `ALTER TABLE order_lines ADD COLUMN parts ${d.json}`,
  `CREATE TABLE bundle_parts (
    store_id ${d.text} NOT NULL,
    bundle_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    position ${d.int} NOT NULL,
    part_id ${d.text} NOT NULL,
    quantity ${d.int} NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (bundle_id, position)
  )${d.strict}`,
  "CREATE INDEX variants_bundles ON variants (store_id, id) WHERE bundle IS NOT NULL",
  "CREATE INDEX bundle_parts_by_part ON bundle_parts (part_id, bundle_id)",
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER variants_bundle_added AFTER INSERT ON variants WHEN NEW.bundle IS NOT NULL BEGIN
        ${parts.sqlite};
      END`,
      `CREATE TRIGGER variants_bundle_changed AFTER UPDATE OF bundle ON variants
        WHEN NEW.bundle IS NOT OLD.bundle BEGIN
        DELETE FROM bundle_parts WHERE bundle_id = OLD.id;
        ${parts.sqlite};
      END`
    ],
    pg: [
      `CREATE FUNCTION stoa_bundle_parts() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          DELETE FROM bundle_parts WHERE bundle_id = OLD.id;
        END IF;
        ${parts.pg};
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER variants_bundle_added AFTER INSERT ON variants
        FOR EACH ROW WHEN (NEW.bundle IS NOT NULL) EXECUTE FUNCTION stoa_bundle_parts()`,
      `CREATE TRIGGER variants_bundle_changed AFTER UPDATE OF bundle ON variants
        FOR EACH ROW WHEN (NEW.bundle IS DISTINCT FROM OLD.bundle) EXECUTE FUNCTION stoa_bundle_parts()`
    ]
  })
]

const parts = {
  sqlite: `INSERT INTO bundle_parts (store_id, bundle_id, position, part_id, quantity)
        SELECT NEW.store_id, NEW.id, part.key, part.value ->> 'variantId', part.value ->> 'quantity'
        FROM json_each(NEW.bundle, '$.parts') AS part`,
  pg: `INSERT INTO bundle_parts (store_id, bundle_id, position, part_id, quantity)
        SELECT NEW.store_id, NEW.id, part.position - 1, part.value ->> 'variantId', (part.value ->> 'quantity')::bigint
        FROM jsonb_array_elements(NEW.bundle::jsonb -> 'parts') WITH ORDINALITY AS part (value, position)`
}
