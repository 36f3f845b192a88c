import type { Ddl } from "../Dialect.ts"

/** Why webhooks of gateways could not be worked off, for staff to look at. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE gateway_events ADD COLUMN failures ${d.int} NOT NULL DEFAULT 0`,
  `ALTER TABLE gateway_events ADD COLUMN failure ${d.text}`,
  "CREATE INDEX gateway_events_by_time ON gateway_events (store_id, received_at)",
  `CREATE INDEX gateway_events_to_look_at ON gateway_events (store_id, status, received_at)
    WHERE status IN ('dead', 'orphan')`
]
