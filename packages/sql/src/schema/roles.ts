import type { Ddl } from "../Dialect.ts"

/** Roles of a store's own, and which sessions are not their user's own. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE roles (
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    title ${d.text} NOT NULL,
    description ${d.text},
    permissions ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, name)
  )${d.strict}`,
  // those who work for the shop are few among its customers
  `CREATE INDEX users_working ON users (store_id, id) WHERE roles <> '["customer"]'`,
  `CREATE TABLE impersonations (
    session_id ${d.text} PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    store_id ${d.text} NOT NULL,
    staff_id ${d.text} NOT NULL,
    reason ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL
  )${d.strict}`
]
