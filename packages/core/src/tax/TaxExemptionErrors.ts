import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** Neither a customer nor a customer group of this store has this id. */
export class TaxSubjectNotFound extends StoaError<TaxSubjectNotFound>()("TaxSubjectNotFound", {
  code: "tax_subject_not_found",
  kind: "not_found"
}, { subjectId: Schema.String }) {
  override get message(): string {
    return `There is no customer and no customer group ${this.subjectId}`
  }
}

/** The customer or group is not exempt from tax. */
export class TaxExemptionNotFound extends StoaError<TaxExemptionNotFound>()("TaxExemptionNotFound", {
  code: "tax_exemption_not_found",
  kind: "not_found"
}, { subjectId: Schema.String }) {
  override get message(): string {
    return `${this.subjectId} is not exempt from tax`
  }
}

/** The customer has given no VAT id. */
export class VatIdNotFound extends StoaError<VatIdNotFound>()("VatIdNotFound", {
  code: "vat_id_not_found",
  kind: "not_found"
}, { customerId: Schema.String }) {
  override get message(): string {
    return `${this.customerId} has no VAT id`
  }
}
