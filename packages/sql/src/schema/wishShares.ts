import type { Ddl } from "../Dialect.ts"

/** Links to wish lists, each by the hash of its token. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE wish_list_shares (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL,
    token_hash ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, token_hash)
  )${d.strict}`,
  "CREATE INDEX wish_list_shares_of_customer ON wish_list_shares (store_id, customer_id)",
  "CREATE INDEX wish_list_shares_expiring ON wish_list_shares (expires_at)"
]
