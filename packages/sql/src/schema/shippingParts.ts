import type { Ddl } from "../Dialect.ts"

/** Which goods a shipping method takes, what buyers choose for goods that ship apart, and which of them a fulfilment sends. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `ALTER TABLE products ADD COLUMN shipping_class ${d.text} NOT NULL DEFAULT 'standard'`,
  `ALTER TABLE shipping_methods ADD COLUMN shipping_classes ${d.json} NOT NULL DEFAULT '[]'`,
  `ALTER TABLE carts ADD COLUMN shipping_choices ${d.json} NOT NULL DEFAULT '[]'`,
  `ALTER TABLE fulfilments ADD COLUMN part ${d.json}`
]
