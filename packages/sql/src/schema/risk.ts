import type { Ddl } from "../Dialect.ts"

/** What was thought of sign-ins, and roughly where they and sessions came from. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE sign_ins ADD COLUMN place ${d.text}`,
  `ALTER TABLE sign_ins ADD COLUMN risk ${d.text}`,
  "CREATE INDEX sign_ins_by_outcome ON sign_ins (store_id, user_id, outcome, id)",
  `ALTER TABLE sessions ADD COLUMN place ${d.text}`
]
