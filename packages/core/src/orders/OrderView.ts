/**
 * A list of orders that somebody looks at again and again, under a name.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { ListOrders } from "./Order.ts"

export const OrderViewId = Id.define("view", "OrderViewId")
export type OrderViewId = typeof OrderViewId.Type

const { after: _after, limit: _limit, ...filters } = ListOrders.fields

/** What `orders.list` is asked with: every filter, and no page. */
export const OrderFilters = Schema.Struct(filters).annotate({ identifier: "OrderFilters" })
export interface OrderFilters extends Schema.Schema.Type<typeof OrderFilters> {}

export const OrderView = Schema.Struct({
  id: OrderViewId,
  name: Schema.String,
  filters: OrderFilters,
  /** Whether all staff see it; if not, only whoever made it. */
  shared: Schema.Boolean,
  /** Who made it. */
  owner: Schema.String,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "OrderView" })
export interface OrderView extends Schema.Schema.Type<typeof OrderView> {}

/** A view for whoever makes it, unless it is shared. */
export const CreateOrderView = Schema.Struct({
  name: name(100),
  filters: OrderFilters,
  shared: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "CreateOrderView" })

/** What is left out stays. */
export const UpdateOrderView = Schema.Struct({
  name: Schema.optionalKey(name(100)),
  filters: Schema.optionalKey(OrderFilters),
  shared: Schema.optionalKey(Schema.Boolean),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateOrderView" })

/** So many views a person may have, and so many may be shared in a store. */
export const maximumViews = 100
