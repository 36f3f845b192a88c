/**
 * Tells of every product that came off the shelves with its vendor, or came back: for those who follow products, such as a search
 * engine outside.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VendorReinstated, VendorSuspended } from "../vendors/VendorEvents.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"
import { ProductUpdated } from "./CatalogEvents.ts"

/** So many are told of in one transaction. */
const batch = 500

export const layer: Layer.Layer<never, never, Events | Transactor | VendorRepository> = Layer.effectDiscard(
  Effect.gen(function*() {
    const vendors = yield* VendorRepository
    const { transaction } = yield* Transactor
    const events = yield* Events

    yield* events.subscribe({
      name: "catalog.tell-of-vendor-products",
      types: [VendorSuspended.type, VendorReinstated.type],
      handle: Effect.fnUntraced(function*({ subject }) {
        let after = ""
        for (let more = true; more;) {
          const products = yield* vendors.products(subject, after, batch)
          const last = products.at(-1)
          more = products.length === batch
          if (last === undefined) return
          after = last.id
          yield* transaction(events.publish(
            products.map(({ id, slug, status, version }) => ProductUpdated.make(id, { slug, status, version }))
          ))
        }
      })
    })
  })
)
