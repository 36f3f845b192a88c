import type { Ddl } from "../Dialect.ts"

/** Messages that people can do without, and what they chose of them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE user_preferences ADD COLUMN time_zone ${d.text}`,
  `ALTER TABLE user_preferences ADD COLUMN choices ${d.json} NOT NULL DEFAULT '{}'`,
  `CREATE TABLE marketing_messages (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    source ${d.text} NOT NULL,
    channel ${d.text} NOT NULL CHECK (channel IN ('email', 'sms', 'push')),
    address ${d.text} NOT NULL,
    user_id ${d.text},
    kind ${d.text} NOT NULL,
    requested ${d.bool} NOT NULL,
    template ${d.text} NOT NULL,
    locale ${d.text},
    inbox ${d.text},
    link ${d.text},
    data ${d.json} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('waiting', 'released', 'dropped')),
    dropped ${d.text},
    tried ${d.int} NOT NULL,
    next_attempt_at ${d.text},
    created_at ${d.text} NOT NULL,
    decided_at ${d.text},
    UNIQUE (store_id, source)
  )${d.strict}`,
  "CREATE INDEX marketing_messages_due ON marketing_messages (next_attempt_at) WHERE status = 'waiting'",
  "CREATE INDEX marketing_messages_of_user ON marketing_messages (store_id, user_id, id)",
  "CREATE INDEX marketing_messages_by_time ON marketing_messages (created_at)",
  `CREATE TABLE marketing_counts (
    store_id ${d.text} NOT NULL,
    channel ${d.text} NOT NULL,
    reader ${d.text} NOT NULL,
    day ${d.text} NOT NULL,
    sent ${d.int} NOT NULL,
    PRIMARY KEY (store_id, channel, reader, day)
  )${d.strict}`,
  "CREATE INDEX marketing_counts_by_day ON marketing_counts (day)",
  `CREATE TABLE marketing_refusals (
    store_id ${d.text} NOT NULL,
    channel ${d.text} NOT NULL,
    address ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, channel, address, kind)
  )${d.strict}`,
  `CREATE TABLE marketing_keys (
    store_id ${d.text} PRIMARY KEY,
    sealed ${d.text} NOT NULL
  )${d.strict}`
]
