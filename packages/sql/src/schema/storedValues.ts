import type { Ddl } from "../Dialect.ts"

/** Gift cards and store credit, with every movement of their balances. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE stored_values (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    initial ${d.int} NOT NULL CHECK (initial >= 0),
    balance ${d.int} NOT NULL CHECK (balance >= 0),
    status ${d.text} NOT NULL,
    customer_id ${d.text},
    code_hash ${d.text},
    last_four ${d.text},
    email ${d.text},
    note ${d.text},
    expires_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE UNIQUE INDEX stored_values_by_code ON stored_values (store_id, code_hash) WHERE code_hash IS NOT NULL",
  `CREATE UNIQUE INDEX stored_values_by_customer ON stored_values (store_id, customer_id, currency)
    WHERE kind = 'store_credit'`,
  "CREATE INDEX stored_values_by_kind ON stored_values (store_id, kind, id)",
  `CREATE TABLE stored_value_movements (
    store_id ${d.text} NOT NULL,
    move_key ${d.text} NOT NULL,
    value_id ${d.text} NOT NULL REFERENCES stored_values (id),
    kind ${d.text} NOT NULL,
    amount ${d.int} NOT NULL,
    order_id ${d.text},
    reason ${d.text},
    at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, move_key)
  )${d.strict}`,
  "CREATE INDEX stored_value_movements_by_value ON stored_value_movements (value_id, at, move_key)"
]
