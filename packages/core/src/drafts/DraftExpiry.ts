/**
 * Drafts whose time is over: what was held for them is free again, they can be paid no more, and those that became nothing are
 * deleted once the store has kept them for as long as it wants (`settings.draftDays`).
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { about, type StoredDraftOrder } from "./DraftOrder.ts"
import { DraftOrderDeleted, DraftOrderExpired } from "./DraftOrderEvents.ts"
import { DraftOrderRepository } from "./DraftOrderRepository.ts"

/** How many drafts are looked after at once. */
const atOnce = 100

/** Registers what is done about them, every five minutes in each store. */
export const schedule = Effect.gen(function*() {
  const repository = yield* DraftOrderRepository
  const inventory = yield* Inventory
  const events = yield* Events
  const stores = yield* Stores
  const { transaction } = yield* Transactor

  const expire = Effect.fnUntraced(function*(draft: StoredDraftOrder, now: Timestamp.Timestamp) {
    const isOver = draft.expiresAt <= now
    yield* repository.replace({
      ...draft,
      status: isOver ? "expired" : draft.status,
      reservedUntil: null,
      version: draft.version + 1,
      updatedAt: now
    })
    yield* inventory.release(draft.id, "expired")
    if (isOver) yield* events.publish([DraftOrderExpired.make(draft.id, about(draft))])
  })

  yield* StoreCron.register(yield* Jobs, yield* StoreRepository, {
    name: "draft-orders.expire",
    cron: "*/5 * * * *",
    run: Effect.gen(function*() {
      const now = yield* Timestamp.now
      for (const draft of yield* repository.due(now, atOnce)) {
        // somebody has it in hand at this very moment
        yield* Effect.catchTag(transaction(expire(draft, now)), "VersionConflict", () => Effect.void)
      }
      const { settings: { draftDays } } = yield* stores.current
      if (draftDays === null) return
      yield* transaction(Effect.gen(function*() {
        const gone = yield* repository.deleteExpired(Timestamp.minus(now, { days: draftDays }), atOnce)
        yield* events.publish(gone.map((draft) => DraftOrderDeleted.make(draft.id, about(draft))))
      }))
    })
  })
})
