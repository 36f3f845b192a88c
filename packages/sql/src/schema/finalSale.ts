import type { Ddl } from "../Dialect.ts"

/** What buyers cannot give back, and what they were told when they bought it. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE variants ADD COLUMN final_sale ${d.bool} NOT NULL DEFAULT 0`,
  `ALTER TABLE order_lines ADD COLUMN final_sale ${d.bool} NOT NULL DEFAULT 0`
]
