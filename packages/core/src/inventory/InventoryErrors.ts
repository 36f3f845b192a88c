import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There are not enough pieces. Nothing was reserved; each line that is short is named. */
export class InsufficientStock extends StoaError<InsufficientStock>()("InsufficientStock", {
  code: "insufficient_stock",
  kind: "conflict"
}, {
  lines: Schema.Array(Schema.Struct({
    variantId: Schema.String,
    requested: Schema.Int,
    available: Schema.Int
  }))
}) {
  override get message(): string {
    return this.lines.map((line) => `${line.variantId}: ${line.requested} wanted, ${line.available} available`).join("; ")
  }
}

/** There is no such location, or it is closed. */
export class LocationNotFound extends StoaError<LocationNotFound>()("LocationNotFound", {
  code: "location_not_found",
  kind: "not_found"
}, { locationId: Schema.String }) {
  override get message(): string {
    return `There is no location ${this.locationId}`
  }
}

/** Another location has this code. */
export class LocationCodeTaken extends StoaError<LocationCodeTaken>()("LocationCodeTaken", {
  code: "location_code_taken",
  kind: "conflict"
}, { locationCode: Schema.String }) {
  override get message(): string {
    return `A location with the code ${this.locationCode} exists already`
  }
}

/** A location that still holds stock cannot be deleted. */
export class LocationInUse extends StoaError<LocationInUse>()("LocationInUse", {
  code: "location_in_use",
  kind: "conflict"
}, { locationId: Schema.String }) {
  override get message(): string {
    return `The location ${this.locationId} still holds stock; move it to another one first`
  }
}
