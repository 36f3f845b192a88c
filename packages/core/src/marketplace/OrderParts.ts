/**
 * Orders of a marketplace, by who sells what of them.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { Orders } from "../orders/Orders.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"
import { linesBySeller, type OrderPart, partsOf } from "./OrderPart.ts"

export class OrderParts extends Context.Service<OrderParts, {
  /** The parts of an order, one for each seller, in the order of its lines. Needs `orders:read`. */
  readonly ofOrder: (
    orderId: string
  ) => Effect.Effect<ReadonlyArray<OrderPart>, InvalidInput | OrderNotFound | StorageError | Denied>
}>()("@stoa/core/marketplace/OrderParts") {}

const checked = Input.textParameters<OrderParts["Service"]>({ ofOrder: ["orderId"] })

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const orders = yield* Orders
  const fulfilments = yield* FulfilmentRepository
  const returns = yield* ReturnRepository
  const vendors = yield* VendorRepository

  return watched(checked(OrderParts.of({
    ofOrder: Effect.fn("OrderParts.ofOrder")(function*(orderId) {
      yield* Permission.require("orders:read")
      const order = yield* orders.get(orderId)
      const ids = [...linesBySeller(order).keys()].flatMap((id) => (id === null ? [] : [id]))
      const known = new Map((ids.length === 0 ? [] : yield* vendors.seen(ids)).map(({ id, name }) => [id, name]))
      return partsOf(order, yield* fulfilments.ofOrder(order.id), yield* returns.ofOrder(order.id), (id) => known.get(id))
    })
  })))
})

export const layer: Layer.Layer<
  OrderParts,
  never,
  FulfilmentRepository | Orders | ReturnRepository | VendorRepository
> = Layer.effect(OrderParts, make)
