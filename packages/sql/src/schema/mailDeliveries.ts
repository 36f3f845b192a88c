import type { Ddl } from "../Dialect.ts"

/** What became of mails, and the addresses that are not written to. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE mail_deliveries (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    sender ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    address ${d.text} NOT NULL,
    user_id ${d.text},
    template ${d.text} NOT NULL,
    status ${d.text} NOT NULL,
    reason ${d.text},
    sent_at ${d.text} NOT NULL,
    at ${d.text} NOT NULL,
    UNIQUE (store_id, sender, reference)
  )${d.strict}`,
  "CREATE INDEX mail_deliveries_newest ON mail_deliveries (store_id, id)",
  "CREATE INDEX mail_deliveries_by_address ON mail_deliveries (store_id, address, id)",
  "CREATE INDEX mail_deliveries_of_user ON mail_deliveries (store_id, user_id)",
  "CREATE INDEX mail_deliveries_by_time ON mail_deliveries (sent_at)",
  `CREATE TABLE mail_suppressions (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    address ${d.text} NOT NULL,
    reason ${d.text} NOT NULL CHECK (reason IN ('bounced', 'complained')),
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, address)
  )${d.strict}`,
  "CREATE INDEX mail_suppressions_newest ON mail_suppressions (store_id, id)"
]
