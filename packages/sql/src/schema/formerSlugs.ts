import type { Ddl } from "../Dialect.ts"

const kinds = [["products", "product"], ["categories", "category"], ["brands", "brand"], ["collections", "collection"]] as const

/** What is kept of a slug that is given up, whoever changes it; one that is taken again means who has it. */
const kept = (kind: string): ReadonlyArray<string> => [
  `DELETE FROM former_slugs WHERE store_id = NEW.store_id AND kind = '${kind}' AND slug = NEW.slug`,
  `INSERT INTO former_slugs (store_id, kind, slug, subject_id) VALUES (NEW.store_id, '${kind}', OLD.slug, NEW.id)
    ON CONFLICT (store_id, kind, slug) DO UPDATE SET subject_id = excluded.subject_id`
]

/** The slugs that products, categories, brands and collections had before, each of the one that had it last. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE former_slugs (
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    subject_id ${d.text} NOT NULL,
    PRIMARY KEY (store_id, kind, slug)
  )${d.strict}`,
  "CREATE INDEX former_slugs_by_subject ON former_slugs (subject_id)",
  ...kinds.flatMap(([table, kind]) =>
    d.onDialect({
      sqlite: [
        `CREATE TRIGGER ${table}_slug_changed AFTER UPDATE OF slug ON ${table} WHEN NEW.slug <> OLD.slug BEGIN
          ${kept(kind).join(";\n          ")};
        END`,
        `CREATE TRIGGER ${table}_slug_gone AFTER DELETE ON ${table} BEGIN
          DELETE FROM former_slugs WHERE subject_id = OLD.id;
        END`
      ],
      pg: [
        `CREATE FUNCTION stoa_${kind}_slug_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          ${kept(kind).join(";\n          ")};
          RETURN NULL;
        END $$`,
        `CREATE TRIGGER ${table}_slug_changed AFTER UPDATE OF slug ON ${table}
          FOR EACH ROW WHEN (NEW.slug <> OLD.slug) EXECUTE FUNCTION stoa_${kind}_slug_changed()`,
        `CREATE FUNCTION stoa_${kind}_slug_gone() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM former_slugs WHERE subject_id = OLD.id;
          RETURN NULL;
        END $$`,
        `CREATE TRIGGER ${table}_slug_gone AFTER DELETE ON ${table}
          FOR EACH ROW EXECUTE FUNCTION stoa_${kind}_slug_gone()`
      ]
    })
  )
]
