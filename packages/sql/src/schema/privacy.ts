import type { Ddl } from "../Dialect.ts"

/** What people like, and who was forgotten. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE users ADD COLUMN erased_at ${d.text}`,
  `CREATE TABLE user_preferences (
    user_id ${d.text} PRIMARY KEY REFERENCES users (id),
    store_id ${d.text} NOT NULL,
    language ${d.text},
    currency ${d.text},
    marketing ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`
]
