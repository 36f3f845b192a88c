import type { Ddl } from "../Dialect.ts"

/** Money that goes onto store credit or a gift card, instead of back the way it came. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE refunds ADD COLUMN credited_to ${d.text}`,
  `ALTER TABLE returns ADD COLUMN refund_to ${d.text} NOT NULL DEFAULT 'original'`
]
