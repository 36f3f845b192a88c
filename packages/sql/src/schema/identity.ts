import type { Ddl } from "../Dialect.ts"

/** Users, their sessions, the keys of programs and those that sign tokens. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE users (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    email ${d.text} NOT NULL,
    email_verified ${d.bool} NOT NULL,
    name ${d.text},
    roles ${d.json} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('active', 'suspended')),
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, email)
  )${d.strict}`,
  "CREATE INDEX users_by_time ON users (store_id, id)",
  // apart from the users, so that reading one never brings a hash along
  `CREATE TABLE user_passwords (
    user_id ${d.text} PRIMARY KEY REFERENCES users (id),
    store_id ${d.text} NOT NULL,
    hash ${d.text} NOT NULL,
    changed_at ${d.text} NOT NULL,
    hashed_at ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE TABLE sessions (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    user_id ${d.text} NOT NULL REFERENCES users (id),
    family_hash ${d.text} NOT NULL,
    token_hash ${d.text} NOT NULL,
    previous_hash ${d.text},
    rotated_at ${d.text},
    address ${d.text},
    user_agent ${d.text},
    created_at ${d.text} NOT NULL,
    last_used_at ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    revoked_at ${d.text},
    revoked_reason ${d.text},
    UNIQUE (store_id, family_hash)
  )${d.strict}`,
  "CREATE INDEX sessions_by_user ON sessions (store_id, user_id, last_used_at) WHERE revoked_at IS NULL",
  "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
  `CREATE TABLE signing_keys (
    kid ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('next', 'active', 'retired')),
    public_key ${d.json} NOT NULL,
    private_key ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    activated_at ${d.text},
    retired_at ${d.text}
  )${d.strict}`,
  "CREATE UNIQUE INDEX signing_keys_active ON signing_keys (store_id) WHERE status = 'active'",
  "CREATE INDEX signing_keys_by_store ON signing_keys (store_id, kid)",
  `CREATE TABLE api_keys (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    hint ${d.text} NOT NULL,
    secret_hash ${d.text} NOT NULL,
    permissions ${d.json} NOT NULL,
    created_by ${d.text} NOT NULL,
    expires_at ${d.text},
    last_used_at ${d.text},
    revoked_at ${d.text},
    created_at ${d.text} NOT NULL,
    UNIQUE (store_id, secret_hash)
  )${d.strict}`,
  "CREATE INDEX api_keys_by_time ON api_keys (store_id, id)",
  // attempts to sign in; times in milliseconds since 1970, because they are reckoned with
  `CREATE TABLE throttles (
    store_id ${d.text} NOT NULL,
    key ${d.text} NOT NULL,
    attempts ${d.int} NOT NULL,
    next_at ${d.int} NOT NULL,
    last_at ${d.int} NOT NULL,
    PRIMARY KEY (store_id, key)
  )${d.strict}`,
  "CREATE INDEX throttles_by_age ON throttles (last_at)"
]
