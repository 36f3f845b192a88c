import type { Ddl } from "../Dialect.ts"

/** Each kind, its table, and the column that has its slugs by language. */
const kinds = [
  ["product", "products", "names"],
  ["category", "categories", "translations"],
  ["brand", "brands", "translations"],
  ["collection", "collections", "translations"]
] as const

/** Takes down the slugs of a row that was written; a slug that something has means that, and one that is given up is a former one. */
const taken = (kind: string, said: string): ReadonlyArray<string> => [
  `INSERT INTO translated_slugs (store_id, kind, slug, subject_id)
    SELECT DISTINCT NEW.store_id, '${kind}', said.value ->> 'slug', NEW.id FROM ${said} WHERE said.value ->> 'slug' IS NOT NULL`,
  `DELETE FROM former_slugs WHERE store_id = NEW.store_id AND kind = '${kind}' AND slug IN (
    SELECT slug FROM translated_slugs WHERE subject_id = NEW.id
  )`
]

const givenUp = (kind: string): ReadonlyArray<string> => [
  `INSERT INTO former_slugs (store_id, kind, slug, subject_id)
    SELECT store_id, kind, slug, subject_id FROM translated_slugs WHERE subject_id = NEW.id AND kind = '${kind}' AND slug <> NEW.slug
    ON CONFLICT (store_id, kind, slug) DO UPDATE SET subject_id = excluded.subject_id`,
  "DELETE FROM translated_slugs WHERE subject_id = NEW.id"
]

/** What products and categories say in other languages than the store's, and the slugs by which everything is found in them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE products ADD COLUMN names ${d.json} NOT NULL DEFAULT '{}'`,
  `ALTER TABLE products ADD COLUMN translations ${d.json} NOT NULL DEFAULT '{}'`,
  `ALTER TABLE categories ADD COLUMN seo ${d.json} NOT NULL DEFAULT '{"title":null,"description":null}'`,
  `ALTER TABLE categories ADD COLUMN translations ${d.json} NOT NULL DEFAULT '{}'`,
  `CREATE TABLE translated_slugs (
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    slug ${d.text} NOT NULL,
    subject_id ${d.text} NOT NULL,
    PRIMARY KEY (store_id, kind, slug)
  )${d.strict}`,
  "CREATE INDEX translated_slugs_by_subject ON translated_slugs (subject_id)",
  ...kinds.flatMap(([kind, table, column]) => {
    const sqlite = taken(kind, `json_each(NEW.${column}) AS said`)
    const pg = taken(kind, `json_each(NEW.${column}::json) AS said`)
    return d.onDialect({
      sqlite: [
        `CREATE TRIGGER ${table}_slugs_added AFTER INSERT ON ${table} WHEN NEW.${column} <> '{}' BEGIN
          ${sqlite.join(";\n          ")};
        END`,
        `CREATE TRIGGER ${table}_slugs_changed AFTER UPDATE OF ${column} ON ${table} WHEN NEW.${column} <> OLD.${column} BEGIN
          ${[...givenUp(kind), ...sqlite].join(";\n          ")};
        END`,
        `CREATE TRIGGER ${table}_slugs_gone AFTER DELETE ON ${table} WHEN OLD.${column} <> '{}' BEGIN
          DELETE FROM translated_slugs WHERE subject_id = OLD.id;
        END`
      ],
      pg: [
        `CREATE FUNCTION stoa_${kind}_slugs_added() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          ${pg.join(";\n          ")};
          RETURN NULL;
        END $$`,
        `CREATE TRIGGER ${table}_slugs_added AFTER INSERT ON ${table}
          FOR EACH ROW WHEN (NEW.${column} <> '{}') EXECUTE FUNCTION stoa_${kind}_slugs_added()`,
        `CREATE FUNCTION stoa_${kind}_slugs_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          ${[...givenUp(kind), ...pg].join(";\n          ")};
          RETURN NULL;
        END $$`,
        `CREATE TRIGGER ${table}_slugs_changed AFTER UPDATE OF ${column} ON ${table}
          FOR EACH ROW WHEN (NEW.${column} <> OLD.${column}) EXECUTE FUNCTION stoa_${kind}_slugs_changed()`,
        `CREATE FUNCTION stoa_${kind}_slugs_gone() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM translated_slugs WHERE subject_id = OLD.id;
          RETURN NULL;
        END $$`,
        `CREATE TRIGGER ${table}_slugs_gone AFTER DELETE ON ${table}
          FOR EACH ROW WHEN (OLD.${column} <> '{}') EXECUTE FUNCTION stoa_${kind}_slugs_gone()`
      ]
    })
  })
]
