/**
 * What happens to price lists.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { PriceListStatus, PriceListType } from "./PriceList.ts"

const list = Schema.Struct({ name: Schema.String, type: PriceListType, status: PriceListStatus, version: Schema.Int })

export const PriceListCreated = DomainEvent.define("price_list.created", list)

export const PriceListUpdated = DomainEvent.define("price_list.updated", list)

export const PriceListDeleted = DomainEvent.define("price_list.deleted", list)

/** Prices of a list were set or taken out. */
export const PriceListPricesChanged = DomainEvent.define(
  "price_list.prices_changed",
  Schema.Struct({ variantIds: Schema.Array(Schema.String) })
)
