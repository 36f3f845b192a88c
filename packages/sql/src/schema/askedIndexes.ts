/**
 * Indexes hold only what is looked up in them. Who buys as a guest has no customer, and a payment has no reference until its gateway knows it;
 * nobody asks for these, but each such row stood in the index, and twice once it changed. What is held of a variant is summed up for all at
 * once, and buyers whose sums have changed are read as a whole, for which the other index of the table does as well.
 */
export const up = (): ReadonlyArray<string> => [
  "DROP INDEX orders_by_customer",
  "CREATE INDEX orders_by_customer ON orders (store_id, customer_id, placed_at, id) WHERE customer_id IS NOT NULL",
  "DROP INDEX carts_by_customer",
  "CREATE INDEX carts_by_customer ON carts (store_id, customer_id, id) WHERE status = 'open' AND customer_id IS NOT NULL",
  "DROP INDEX payments_by_reference",
  "CREATE UNIQUE INDEX payments_by_reference ON payments (store_id, gateway, gateway_reference) WHERE gateway_reference IS NOT NULL",
  "DROP INDEX reservations_held",
  "DROP INDEX sales_changes_by_buyer"
]
