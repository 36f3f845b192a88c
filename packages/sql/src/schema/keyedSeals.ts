/** Seals that need the shop's secret, each of them: what was sealed otherwise is sealed again. */
export const up = (): ReadonlyArray<string> => [
  "INSERT INTO audit_unsealed (store_id, entry_id) SELECT store_id, entry_id FROM audit_seals",
  "DELETE FROM audit_seals",
  "ALTER TABLE audit_seals DROP COLUMN stamp"
]
