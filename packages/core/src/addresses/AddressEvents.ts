import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const address = Schema.Struct({ customerId: Schema.String, addressId: Schema.String })

export const AddressAdded = DomainEvent.define("address.added", address)
export const AddressChanged = DomainEvent.define("address.changed", address)
export const AddressRemoved = DomainEvent.define("address.removed", address)
