import type { Ddl } from "../Dialect.ts"

/**
 * Pools of license keys that stay when their variants are deleted, for pieces may wait for a key; keys that were withdrawn, and pieces
 * whose money a bank has given back.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE license_pools_kept (
    variant_id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    gives ${d.bool} NOT NULL CHECK (gives IN (0, 1)),
    low_at ${d.int} NOT NULL CHECK (low_at >= 0),
    free ${d.int} NOT NULL DEFAULT 0 CHECK (free >= 0)
  )${d.strict}`,
  "INSERT INTO license_pools_kept (variant_id, store_id, gives, low_at, free) SELECT variant_id, store_id, gives, low_at, free FROM license_pools",
  // keys of variants that were deleted before have a pool again
  `INSERT INTO license_pools_kept (variant_id, store_id, gives, low_at, free)
    SELECT k.variant_id, k.store_id, 0, 10, sum(CASE WHEN k.is_free = 1 THEN 1 ELSE 0 END) FROM license_keys AS k
    WHERE NOT EXISTS (SELECT 1 FROM license_pools AS p WHERE p.variant_id = k.variant_id) GROUP BY k.variant_id, k.store_id`,
  "DROP TABLE license_pools",
  "ALTER TABLE license_pools_kept RENAME TO license_pools",
  "CREATE INDEX license_pools_by_store ON license_pools (store_id)",
  `ALTER TABLE license_keys ADD COLUMN withdrawn_at ${d.text}`,
  "CREATE INDEX license_keys_withdrawn ON license_keys (store_id, variant_id) WHERE withdrawn_at IS NOT NULL",
  `ALTER TABLE licenses ADD COLUMN disputed ${d.bool} NOT NULL DEFAULT 0`
]
