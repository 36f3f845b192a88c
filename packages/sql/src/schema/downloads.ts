import type { Ddl } from "../Dialect.ts"

/** Files that belong to variants, and what buyers of these may download. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE digital_files (
    store_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    position ${d.int} NOT NULL,
    media_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    maximum ${d.int},
    days ${d.int},
    PRIMARY KEY (variant_id, position)
  )${d.strict}`,
  "CREATE INDEX digital_files_by_store ON digital_files (store_id)",
  "CREATE INDEX digital_files_by_media ON digital_files (media_id)",
  `CREATE TABLE downloads (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL,
    line_id ${d.text} NOT NULL,
    media_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    used ${d.int} NOT NULL DEFAULT 0 CHECK (used >= 0),
    maximum ${d.int},
    expires_at ${d.text},
    revoked_by ${d.text},
    created_at ${d.text} NOT NULL,
    CHECK (maximum IS NULL OR used <= maximum)
  )${d.strict}`,
  "CREATE UNIQUE INDEX downloads_by_line ON downloads (order_id, line_id, media_id)",
  "CREATE INDEX downloads_by_media ON downloads (media_id)"
]
