import type { Ddl } from "../Dialect.ts"

/** What gateways have sent to the shop's bank, and what it is made of. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE payouts (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    gateway ${d.text} NOT NULL,
    gateway_reference ${d.text} NOT NULL,
    state ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    amount ${d.int} NOT NULL,
    sums ${d.json} NOT NULL,
    entries ${d.int} NOT NULL,
    itemised ${d.bool} NOT NULL,
    complete ${d.bool} NOT NULL,
    differences ${d.json} NOT NULL,
    differing ${d.int} NOT NULL CHECK (differing >= 0),
    arrives_at ${d.text},
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    UNIQUE (store_id, gateway, gateway_reference)
  )${d.strict}`,
  "CREATE INDEX payouts_by_time ON payouts (store_id, created_at, id)",
  "CREATE INDEX payouts_differing ON payouts (store_id, created_at, id) WHERE differing > 0",
  `CREATE TABLE payout_entries (
    payout_id ${d.text} NOT NULL REFERENCES payouts (id),
    store_id ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    payment_reference ${d.text},
    payment_id ${d.text},
    currency ${d.text} NOT NULL,
    amount ${d.int} NOT NULL,
    fee ${d.int} NOT NULL,
    PRIMARY KEY (payout_id, reference)
  )${d.strict}`
]
