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

/**
 * Refunds of the last 32 days that were done before gateways were asked about them are asked about from now on, the oldest first. What is
 * older hardly comes back, and what was put onto something to spend has been given back by no gateway.
 */
export const recent = ({ dialect }: Ddl): ReadonlyArray<string> => {
  const since = dialect === "pg"
    ? `to_char(clock_timestamp() AT TIME ZONE 'UTC' - interval '32 days', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-32 days')"
  return [`UPDATE refunds SET ask_at = updated_at WHERE state = 'succeeded' AND ask_at IS NULL AND credited_to IS NULL AND updated_at > ${since}`]
}
