import type { Ddl } from "../Dialect.ts"

/** Links to carts, each by the hash of its token. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE cart_shares (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    cart_id ${d.text} NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    token_hash ${d.text} NOT NULL,
    mode ${d.text} NOT NULL CHECK (mode IN ('read', 'together')),
    expires_at ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, token_hash)
  )${d.strict}`,
  "CREATE INDEX cart_shares_of_cart ON cart_shares (cart_id)",
  "CREATE INDEX cart_shares_expiring ON cart_shares (expires_at)"
]
