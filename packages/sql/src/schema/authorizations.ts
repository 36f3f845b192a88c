import type { Ddl } from "../Dialect.ts"

/** Until when reserved money can be taken, and whether staff were told that it ends. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE payments ADD COLUMN authorized_until ${d.text}`,
  `ALTER TABLE payments ADD COLUMN end_told ${d.bool} NOT NULL DEFAULT 0`,
  "CREATE INDEX payments_authorized ON payments (store_id, authorized_until) WHERE state = 'authorized'"
]
