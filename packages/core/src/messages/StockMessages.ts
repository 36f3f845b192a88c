/**
 * What the people of a shop are told of their stock: in their inbox, and at the store's `contactEmail`, where it has one.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { VariantId } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Events } from "../events/Events.ts"
import { StockLow } from "../inventory/InventoryEvents.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"

export const layer: Layer.Layer<never, never, Events | InventoryRepository | Notifications | ProductRepository | Stores> =
  Layer.effectDiscard(Effect.gen(function*() {
    const events = yield* Events
    const inventory = yield* InventoryRepository
    const notifications = yield* Notifications
    const products = yield* ProductRepository
    const stores = yield* Stores

    yield* events.subscribe({
      name: "messages.stock-low",
      types: [StockLow.type],
      handle: Effect.fnUntraced(function*(event) {
        const { settings: { contactEmail } } = yield* stores.current
        const { available, locationId, threshold, variantId } = event.data as typeof StockLow.data.Type
        const [product] = yield* products.findByVariants([VariantId.make(variantId)])
        const variant = product?.variants.find(({ id }) => id === variantId)
        const location = (yield* inventory.locations).find(({ id }) => id === locationId)
        // sold out and deleted since
        if (product === undefined || variant === undefined) return
        yield* notifications.queue([{
          recipient: contactEmail === null ? null : { channel: "email", address: contactEmail },
          inbox: shopInbox,
          template: "stock-low",
          id: `stock-low:${event.id}`,
          data: {
            title: product.variants.length === 1 ? product.title : `${product.title}, ${variant.title}`,
            sku: variant.sku,
            location: location?.name ?? locationId,
            available,
            threshold
          }
        }])
      })
    })
  }))
