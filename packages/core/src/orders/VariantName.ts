import type { OrderLine } from "./Order.ts"

/** What tells a variant from others of its product; `null` where there is but one, which is called as the product is. */
export const of = ({ title, variantTitle }: Pick<OrderLine, "title" | "variantTitle">): string | null =>
  variantTitle === "Default" || variantTitle === title ? null : variantTitle
