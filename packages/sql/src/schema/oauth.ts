import type { Ddl } from "../Dialect.ts"

/** Sign-ins with others while they last, and the accounts there that open accounts here. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE oauth_flows (
    state_hash ${d.text} NOT NULL,
    store_id ${d.text} NOT NULL,
    provider ${d.text} NOT NULL,
    browser_hash ${d.text} NOT NULL,
    links_user_id ${d.text},
    redirect ${d.text},
    created_at ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    taken_at ${d.text},
    code_hash ${d.text},
    user_id ${d.text},
    code_expires_at ${d.text},
    PRIMARY KEY (store_id, state_hash)
  )${d.strict}`,
  "CREATE UNIQUE INDEX oauth_flows_by_code ON oauth_flows (store_id, code_hash) WHERE code_hash IS NOT NULL",
  "CREATE INDEX oauth_flows_by_expiry ON oauth_flows (expires_at)",
  `CREATE TABLE oauth_identities (
    store_id ${d.text} NOT NULL,
    issuer ${d.text} NOT NULL,
    subject ${d.text} NOT NULL,
    provider ${d.text} NOT NULL,
    user_id ${d.text} NOT NULL REFERENCES users (id),
    email ${d.text},
    linked_at ${d.text} NOT NULL,
    last_used_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, issuer, subject)
  )${d.strict}`,
  "CREATE INDEX oauth_identities_by_user ON oauth_identities (store_id, user_id, linked_at)"
]
