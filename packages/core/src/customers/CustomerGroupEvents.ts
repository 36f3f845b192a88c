/**
 * What happens to customer groups.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const group = Schema.Struct({ name: Schema.String })

export const CustomerGroupCreated = DomainEvent.define("customer_group.created", group)

export const CustomerGroupUpdated = DomainEvent.define("customer_group.updated", group)

/** The group is gone, and nobody belongs to it any more. */
export const CustomerGroupDeleted = DomainEvent.define("customer_group.deleted", group)

const members = Schema.Struct({ customerIds: Schema.Array(Schema.String) })

export const CustomerGroupJoined = DomainEvent.define("customer_group.joined", members)

export const CustomerGroupLeft = DomainEvent.define("customer_group.left", members)
