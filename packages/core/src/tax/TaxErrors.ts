import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such tax rate. */
export class TaxRateNotFound extends StoaError<TaxRateNotFound>()("TaxRateNotFound", {
  code: "tax_rate_not_found",
  kind: "not_found"
}, { taxRateId: Schema.String }) {
  override get message(): string {
    return `There is no tax rate ${this.taxRateId}`
  }
}

/** The class has a rate of this component for this place already that begins at the same time. */
export class TaxRateTaken extends StoaError<TaxRateTaken>()("TaxRateTaken", {
  code: "tax_rate_taken",
  kind: "conflict"
}, {
  taxClass: Schema.String,
  country: Schema.NullOr(Schema.String),
  zoneId: Schema.NullOr(Schema.String),
  component: Schema.String,
  from: Schema.NullOr(Schema.String)
}) {
  override get message(): string {
    const where = this.zoneId === null ? this.country ?? "everywhere" : `the zone ${this.zoneId}`
    const begin = this.from === null ? "" : ` from ${this.from} on`
    return `The tax class ${this.taxClass} has a rate of the component ${this.component} for ${where}${begin} already`
  }
}
