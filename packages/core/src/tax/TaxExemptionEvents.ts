/**
 * What happens to who pays no tax.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { VatIdStatus } from "./VatId.ts"

const subject = Schema.Struct({ subjectId: Schema.String })

export const TaxExempted = DomainEvent.define("tax.exempted", subject)

export const TaxExemptionEnded = DomainEvent.define("tax.exemption-ended", subject)

/** The number itself is not told. */
export const VatIdChanged = DomainEvent.define("vat-id.changed", Schema.Struct({ customerId: Schema.String, status: VatIdStatus }))

export const VatIdRemoved = DomainEvent.define("vat-id.removed", Schema.Struct({ customerId: Schema.String }))
