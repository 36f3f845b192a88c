import type { Ddl } from "../Dialect.ts"

/** What people have to prove, and the telephone numbers that they have proved. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE challenges (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    purpose ${d.text} NOT NULL,
    subject ${d.text} NOT NULL,
    user_id ${d.text},
    channel ${d.text} NOT NULL CHECK (channel IN ('email', 'sms')),
    address ${d.text} NOT NULL,
    data ${d.json} NOT NULL,
    code_hash ${d.text},
    token_hash ${d.text},
    attempts ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    closed_at ${d.text},
    outcome ${d.text} CHECK (outcome IN ('met', 'voided'))
  )${d.strict}`,
  "CREATE INDEX challenges_open ON challenges (store_id, purpose, subject) WHERE closed_at IS NULL",
  "CREATE UNIQUE INDEX challenges_by_token ON challenges (store_id, token_hash) WHERE token_hash IS NOT NULL",
  "CREATE INDEX challenges_by_expiry ON challenges (expires_at)",
  `CREATE TABLE user_phones (
    user_id ${d.text} PRIMARY KEY REFERENCES users (id),
    store_id ${d.text} NOT NULL,
    phone ${d.text} NOT NULL,
    verified_at ${d.text} NOT NULL,
    UNIQUE (store_id, phone)
  )${d.strict}`
]
