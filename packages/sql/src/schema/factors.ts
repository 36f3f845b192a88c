import type { Ddl } from "../Dialect.ts"

/** Second factors, and what is begun and not yet ended with them. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE totp_factors (
    user_id ${d.text} PRIMARY KEY REFERENCES users (id),
    store_id ${d.text} NOT NULL,
    secret ${d.text} NOT NULL,
    last_step ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    confirmed_at ${d.text}
  )${d.strict}`,
  `CREATE TABLE recovery_codes (
    user_id ${d.text} NOT NULL REFERENCES users (id),
    store_id ${d.text} NOT NULL,
    code_hash ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    used_at ${d.text},
    PRIMARY KEY (user_id, code_hash)
  )${d.strict}`,
  `CREATE TABLE passkeys (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    user_id ${d.text} NOT NULL REFERENCES users (id),
    credential_id ${d.text} NOT NULL,
    public_key ${d.text} NOT NULL,
    counter ${d.int} NOT NULL,
    transports ${d.json} NOT NULL,
    name ${d.text} NOT NULL,
    backed_up ${d.bool} NOT NULL,
    created_at ${d.text} NOT NULL,
    last_used_at ${d.text},
    UNIQUE (store_id, credential_id)
  )${d.strict}`,
  "CREATE INDEX passkeys_by_user ON passkeys (store_id, user_id)",
  `CREATE TABLE ceremonies (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    user_id ${d.text},
    data ${d.json} NOT NULL,
    attempts ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    closed_at ${d.text}
  )${d.strict}`,
  "CREATE INDEX ceremonies_by_expiry ON ceremonies (expires_at)",
  `ALTER TABLE sessions ADD COLUMN methods ${d.text} NOT NULL DEFAULT '[]'`,
  `ALTER TABLE sessions ADD COLUMN authenticated_at ${d.text}`,
  `ALTER TABLE sessions ADD COLUMN second_factor_at ${d.text}`
]
