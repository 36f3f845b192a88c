/**
 * Who pays no tax: customers and groups of customers that the shop has exempted, and businesses of other member states of
 * the EU.
 */
import * as Schema from "effect/Schema"
import type { Place } from "../kernel/Area.ts"
import { PageRequest } from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { countryOf, memberStates } from "./VatId.ts"

/** That a customer, or everybody in a group, is charged no tax. */
export const TaxExemption = Schema.Struct({
  /** The id of a customer or of a customer group. */
  subjectId: Schema.String,
  /** What the order says of it: `"Exempt: resale certificate 12345"`. */
  reason: name(200),
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "TaxExemption" })
export interface TaxExemption extends Schema.Schema.Type<typeof TaxExemption> {}

export const ExemptFromTax = Schema.Struct({ reason: TaxExemption.fields.reason })
  .annotate({ identifier: "ExemptFromTax" })

export const ListTaxExemptions = Schema.Struct(PageRequest).annotate({ identifier: "ListTaxExemptions" })
export interface ListTaxExemptions extends Schema.Schema.Type<typeof ListTaxExemptions> {}

/** What is known of a buyer. */
export interface Buyer {
  /** Why the shop charges no tax, if it has exempted the buyer or a group of theirs. */
  readonly exemption: string | null
  /** The VAT id that the register knows as valid. */
  readonly vatNumber: string | null
}

/**
 * Why a buyer is charged no tax, or `null`.
 *
 * **Details**
 *
 * Goods that go from one member state to a business in another are sold without tax, and the buyer accounts for it
 * (Directive 2006/112/EC, articles 138 and 40), if the buyer has a valid VAT id of another member state than the
 * store's.
 */
export const reliefOf = (
  { exemption, vatNumber }: Buyer,
  settings: { readonly country: string; readonly reverseCharge: boolean },
  place: Place
): { readonly kind: "exempt" | "reverse_charge"; readonly note: string } | null => {
  if (exemption !== null) return { kind: "exempt", note: exemption }
  if (
    vatNumber !== null && settings.reverseCharge && place.country !== settings.country
    && memberStates.has(settings.country) && memberStates.has(place.country) && countryOf(vatNumber) !== settings.country
  ) {
    return { kind: "reverse_charge", note: `Reverse charge, VAT id ${vatNumber}` }
  }
  return null
}
