import type { Ddl } from "../Dialect.ts"

/** What a gift card that was sold was taken back for. Of those that are void already, as far as the lines of their orders tell. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE stored_values ADD COLUMN taken_for ${d.text}`,
  `UPDATE stored_values SET taken_for = 'piece'
    WHERE status = 'void' AND line_id IS NOT NULL AND EXISTS (
      SELECT 1 FROM order_lines WHERE order_lines.id = stored_values.line_id AND order_lines.cancelled > 0
    )`
]
