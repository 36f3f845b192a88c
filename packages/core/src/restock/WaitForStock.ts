import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/Product.ts"
import { Email } from "../kernel/Email.ts"

/** What somebody waits for, and where they are told. */
export const WaitForStock = Schema.Struct({
  /** May be left out where the product has one variant. */
  variantId: Schema.optionalKey(VariantId),
  /** Of a guest. Who has signed in is written to at the address of their account. */
  email: Schema.optionalKey(Email)
}).annotate({ identifier: "WaitForStock" })
