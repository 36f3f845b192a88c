import type { Ddl } from "../Dialect.ts"

/** The browsers of people that are told what happens. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE push_subscriptions (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    user_id ${d.text} NOT NULL,
    endpoint ${d.text} NOT NULL,
    keys ${d.text} NOT NULL,
    service ${d.text} NOT NULL,
    device ${d.text},
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, endpoint)
  )${d.strict}`,
  "CREATE INDEX push_subscriptions_of_user ON push_subscriptions (store_id, user_id, id)"
]
