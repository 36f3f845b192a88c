import type { Ddl } from "../Dialect.ts"

/** In which language people shop, for what they are written later; nothing stands for that of the store. */
export const up = (d: Ddl): ReadonlyArray<string> =>
  ["orders", "carts", "back_in_stock"].map((table) => `ALTER TABLE ${table} ADD COLUMN language ${d.text}`)
