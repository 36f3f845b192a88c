import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const pool = { variantId: Schema.String, free: Schema.Int } as const

/** Pieces of an order got their keys; which, nobody is told here. */
export const LicenseKeysGiven = DomainEvent.define(
  "license_keys.given",
  Schema.Struct({ orderId: Schema.String, licenseIds: Schema.Array(Schema.String) })
)
/** A dispute about an order that was lost is won after all: pieces have their keys again. */
export const LicenseKeysRestored = DomainEvent.define(
  "license_keys.restored",
  Schema.Struct({ orderId: Schema.String, licenseIds: Schema.Array(Schema.String) })
)
/** Keys were taken out of a pool before anybody had them. */
export const LicenseKeysWithdrawn = DomainEvent.define("license_keys.withdrawn", Schema.Struct({ ...pool, withdrawn: Schema.Int }))
/** Pieces of an order that had keys, or waited for them, were cancelled or given back, or a bank has given their money back. */
export const LicenseKeysVoided = DomainEvent.define(
  "license_keys.voided",
  Schema.Struct({ orderId: Schema.String, licenseIds: Schema.Array(Schema.String) })
)
/** A pool came down to the number of keys at which the shop is told. */
export const LicenseKeysLow = DomainEvent.define("license_keys.low", Schema.Struct({ ...pool, lowAt: Schema.Int }))
/** The last key of a pool was given, or pieces wait for one and there is none. */
export const LicenseKeysEmpty = DomainEvent.define("license_keys.empty", Schema.Struct({ ...pool, waiting: Schema.Int }))
