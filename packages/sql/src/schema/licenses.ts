import type { Ddl } from "../Dialect.ts"

/** Pools of license keys, and the pieces of orders that have keys or wait for them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE license_pools (
    variant_id ${d.text} PRIMARY KEY REFERENCES variants (id) ON DELETE CASCADE,
    store_id ${d.text} NOT NULL,
    gives ${d.bool} NOT NULL CHECK (gives IN (0, 1)),
    low_at ${d.int} NOT NULL CHECK (low_at >= 0),
    free ${d.int} NOT NULL DEFAULT 0 CHECK (free >= 0)
  )${d.strict}`,
  "CREATE INDEX license_pools_by_store ON license_pools (store_id)",
  `CREATE TABLE license_keys (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL,
    sealed ${d.text} NOT NULL,
    mark ${d.text} NOT NULL,
    is_free ${d.bool} NOT NULL DEFAULT 1 CHECK (is_free IN (0, 1)),
    created_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE UNIQUE INDEX license_keys_by_mark ON license_keys (store_id, variant_id, mark)",
  "CREATE INDEX license_keys_in_order ON license_keys (store_id, variant_id, id)",
  "CREATE INDEX license_keys_free ON license_keys (store_id, variant_id, id) WHERE is_free = 1",
  // one row for each piece, and one piece for each key
  `CREATE TABLE licenses (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} NOT NULL,
    line_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL,
    piece ${d.int} NOT NULL CHECK (piece > 0),
    state ${d.text} NOT NULL CHECK (state IN ('waiting', 'given', 'void')),
    key_id ${d.text} REFERENCES license_keys (id),
    asked_at ${d.text} NOT NULL,
    given_at ${d.text},
    voided_at ${d.text},
    CHECK (state <> 'given' OR key_id IS NOT NULL),
    CHECK (state <> 'waiting' OR key_id IS NULL),
    CHECK ((state = 'void') = (voided_at IS NOT NULL))
  )${d.strict}`,
  "CREATE UNIQUE INDEX licenses_by_piece ON licenses (order_id, line_id, variant_id, piece)",
  "CREATE UNIQUE INDEX licenses_by_key ON licenses (key_id) WHERE key_id IS NOT NULL",
  "CREATE INDEX licenses_by_variant ON licenses (store_id, variant_id, state)",
  "CREATE INDEX licenses_waiting ON licenses (store_id, variant_id, asked_at, id) WHERE state = 'waiting'"
]
