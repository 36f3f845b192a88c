import type { Ddl } from "../Dialect.ts"

/** What staff send to many people at once, and which messages belong to it. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE campaigns (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    channel ${d.text} NOT NULL CHECK (channel IN ('email', 'push')),
    template ${d.text} NOT NULL,
    data ${d.json} NOT NULL,
    link ${d.text},
    audience ${d.json} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('draft', 'scheduled', 'sending', 'sent', 'cancelled')),
    send_at ${d.text},
    started_at ${d.text},
    finished_at ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    created_by ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    reader ${d.text} NOT NULL,
    complete ${d.bool} NOT NULL,
    outcome ${d.json}
  )${d.strict}`,
  "CREATE INDEX campaigns_by_time ON campaigns (store_id, id)",
  "CREATE INDEX campaigns_due ON campaigns (store_id, updated_at) WHERE status IN ('scheduled', 'sending')",
  `ALTER TABLE marketing_messages ADD COLUMN campaign_id ${d.text}`,
  "CREATE INDEX marketing_messages_of_campaign ON marketing_messages (store_id, campaign_id, status) WHERE campaign_id IS NOT NULL"
]
