import type { Ddl } from "../Dialect.ts"

/** Who signed in, and who tried to. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE sign_ins (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    user_id ${d.text} NOT NULL REFERENCES users (id),
    outcome ${d.text} NOT NULL CHECK (outcome IN ('succeeded', 'failed')),
    method ${d.text} NOT NULL,
    session_id ${d.text},
    address ${d.text},
    user_agent ${d.text},
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX sign_ins_by_user ON sign_ins (store_id, user_id, id)",
  "CREATE INDEX sign_ins_by_time ON sign_ins (at)"
]
