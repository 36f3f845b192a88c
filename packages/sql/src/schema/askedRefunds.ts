import type { Ddl } from "../Dialect.ts"

/** When a gateway is asked next whether the money of a refund that is done has come back. */
export const asked = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE refunds ADD COLUMN ask_at ${d.text}`,
  "CREATE INDEX refunds_to_ask ON refunds (store_id, ask_at) WHERE ask_at IS NOT NULL"
]

/** Refunds by the gateway's id, which may be all that a webhook says. */
export const named = (): ReadonlyArray<string> => [
  "CREATE INDEX refunds_by_reference ON refunds (store_id, gateway_reference) WHERE gateway_reference IS NOT NULL"
]

/** The refund that a webhook is about. */
export const told = (d: Ddl): ReadonlyArray<string> => [`ALTER TABLE gateway_events ADD COLUMN refund_reference ${d.text}`]
