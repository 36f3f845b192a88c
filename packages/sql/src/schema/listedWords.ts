import type { Ddl } from "../Dialect.ts"
import { together, triggers } from "./listedTogether.ts"

const kinds = "kind IN ('category', 'tag', 'brand', 'vendor', 'seller', 'word')"

const isWord = (filter: string): string => `(SELECT kind FROM listed_filters WHERE id = ${filter}) = 'word'`

/** Filters other than words of which there is a row of the product that another row of it does not name. */
const unnamed = `(SELECT group_concat(o.filter_id, ',') FROM listed_products AS o
          WHERE o.product_id = NEW.product_id AND instr(listed_products.filters, ',' || o.filter_id || ',') = 0 AND NOT ${isWord("o.filter_id")})`

const columns = "id, store_id, kind, value, products, ready, since"

/**
 * Words that people search for are filters as well. Their value is the forms in which an index has the word, with blanks between them. Products are written
 * down by whoever writes their words, as the index of words is no table that has triggers.
 *
 * On SQLite, no other row needs to name a word: a product of eight words would have each of its rows written eight times. Rows of words name what is no word.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    // SQLite checks what triggers name whenever a table gets another name
    sqlite: [
      ...triggers.dropped,
      "DROP TRIGGER listed_products_together",
      `CREATE TABLE listed_filters_with_words (
        id ${d.serial},
        store_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (${kinds}),
        value TEXT NOT NULL,
        products INTEGER NOT NULL,
        ready ${d.bool} NOT NULL DEFAULT 0,
        since INTEGER,
        UNIQUE (store_id, kind, value)
      ) STRICT`,
      `INSERT INTO listed_filters_with_words (${columns}) SELECT ${columns} FROM listed_filters`,
      "DROP TABLE listed_filters",
      "ALTER TABLE listed_filters_with_words RENAME TO listed_filters",
      ...triggers.created,
      together(unnamed, `WHEN NOT ${isWord("NEW.filter_id")} `)
    ],
    pg: [`ALTER TABLE listed_filters DROP CONSTRAINT listed_filters_kind_check, ADD CONSTRAINT listed_filters_kind_check CHECK (${kinds})`]
  })
