/**
 * What the people of a shop are told of their license keys: in their inbox, and at the store's `contactEmail`, where it has one.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { VariantId } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Events } from "../events/Events.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"
import { LicenseKeysEmpty, LicenseKeysLow } from "./LicenseEvents.ts"

export const layer: Layer.Layer<never, never, Events | Notifications | ProductRepository | Stores> = Layer.effectDiscard(
  Effect.gen(function*() {
    const events = yield* Events
    const notifications = yield* Notifications
    const products = yield* ProductRepository
    const stores = yield* Stores

    yield* events.subscribe({
      name: "messages.license-keys-low",
      types: [LicenseKeysLow.type, LicenseKeysEmpty.type],
      handle: Effect.fnUntraced(function*(event) {
        const { settings: { contactEmail } } = yield* stores.current
        const { free, variantId, waiting = 0 } = event.data as {
          readonly variantId: string
          readonly free: number
          readonly waiting?: number
        }
        const [product] = yield* products.findByVariants([VariantId.make(variantId)])
        const variant = product?.variants.find(({ id }) => id === variantId)
        yield* notifications.queue([{
          recipient: contactEmail === null ? null : { channel: "email", address: contactEmail },
          inbox: shopInbox,
          template: "license-keys-low",
          id: `license-keys-low:${event.id}`,
          data: {
            // pieces may wait for keys of what is deleted
            title: product === undefined || variant === undefined
              ? variantId
              : product.variants.length === 1
              ? product.title
              : `${product.title}, ${variant.title}`,
            free,
            waiting
          }
        }])
      })
    })
  })
)
