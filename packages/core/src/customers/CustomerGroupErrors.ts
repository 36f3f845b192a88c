import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such customer group. */
export class CustomerGroupNotFound extends StoaError<CustomerGroupNotFound>()("CustomerGroupNotFound", {
  code: "customer_group_not_found",
  kind: "not_found"
}, { customerGroupId: Schema.String }) {
  override get message(): string {
    return `There is no customer group ${this.customerGroupId}`
  }
}

/** Another group has this name. */
export class CustomerGroupTaken extends StoaError<CustomerGroupTaken>()("CustomerGroupTaken", {
  code: "customer_group_taken",
  kind: "conflict"
}, { name: Schema.String }) {
  override get message(): string {
    return `There is a customer group ${this.name} already`
  }
}

/** The store has as many groups as it may have. */
export class TooManyCustomerGroups extends StoaError<TooManyCustomerGroups>()("TooManyCustomerGroups", {
  code: "too_many_customer_groups",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} customer groups; delete one first`
  }
}
