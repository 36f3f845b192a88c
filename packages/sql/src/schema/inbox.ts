import type { Ddl } from "../Dialect.ts"

/** What people, and those who work for the shop, read where they are signed in. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE inbox_messages (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    inbox ${d.text} NOT NULL,
    source ${d.text} NOT NULL,
    template ${d.text} NOT NULL,
    title ${d.text} NOT NULL,
    text ${d.text} NOT NULL,
    link ${d.text},
    created_at ${d.text} NOT NULL,
    read_at ${d.text},
    UNIQUE (store_id, inbox, source)
  )${d.strict}`,
  "CREATE INDEX inbox_messages_newest ON inbox_messages (store_id, inbox, id)",
  "CREATE INDEX inbox_messages_unread ON inbox_messages (store_id, inbox, id) WHERE read_at IS NULL",
  "CREATE INDEX inbox_messages_by_time ON inbox_messages (created_at)"
]
