import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import * as OrderAccess from "./OrderAccess.ts"
import { OrderRepository } from "./OrderRepository.ts"

/**
 * Orders, as personal data. They are handed out whole. Figures and countries stay for the books; names, addresses and
 * notes do not. An order that is under way needs its address, so its buyer cannot be forgotten before it is done.
 */
export const layer = PersonalData.holder(Effect.map(OrderRepository, (orders): PersonalData.PersonalDataHolder => ({
  name: "orders",
  hand: (customerId) =>
    Stream.map(Page.all((page) => orders.listWhole({ customerId, ...page })), OrderAccess.shown),
  needs: (customerId) => Effect.map(orders.underWay(customerId), (ids) => ids.map((id) => `order_under_way:${id}`)),
  forget: orders.forget
})))
