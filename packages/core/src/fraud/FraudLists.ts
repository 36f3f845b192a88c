/**
 * The store's block and allow lists, for staff.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { CreateFraudEntry, type FraudEntry, FraudEntryId, ListFraudEntries, shown } from "./FraudEntry.ts"
import { FraudCardUnknown, FraudEntryNotFound, FraudEntryTaken } from "./FraudErrors.ts"
import { FraudEntryAdded, FraudEntryRemoved } from "./FraudEvents.ts"
import { FraudRepository } from "./FraudRepository.ts"

export class FraudLists extends Context.Service<FraudLists, {
  /** Who is on the lists, newest first. Needs `fraud:read`. */
  readonly entries: (
    input?: typeof ListFraudEntries.Encoded
  ) => Effect.Effect<Page<FraudEntry>, InvalidInput | StorageError | Denied>
  /** Counts from the next checkout on, where the store's rules are switched on. Needs `fraud:write`. */
  readonly addEntry: (
    input: typeof CreateFraudEntry.Encoded
  ) => Effect.Effect<FraudEntry, InvalidInput | FraudCardUnknown | FraudEntryTaken | StorageError | Denied>
  /** Takes an entry off the block or allow list. Needs `fraud:write`. */
  readonly removeEntry: (
    id: string
  ) => Effect.Effect<void, InvalidInput | FraudEntryNotFound | StorageError | Denied>
}>()("@stoa/core/fraud/FraudLists") {}

const decodeList = Input.decoder(ListFraudEntries)
const decodeCreate = Input.decoder(CreateFraudEntry)
const checked = Input.textParameters<FraudLists["Service"]>({ removeEntry: ["id"] })

export const make = Effect.gen(function*() {
  const repository = yield* FraudRepository
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor

  return checked(FraudLists.of({
    entries: Effect.fn("FraudLists.entries")(function*(input = {}) {
      yield* Permission.require("fraud:read")
      const page = yield* repository.entries(yield* decodeList(input))
      return { ...page, items: page.items.map(shown) }
    }),
    addEntry: Effect.fn("FraudLists.addEntry")(function*(input) {
      yield* Permission.require("fraud:write")
      const { kind, list, note = "", value: said } = yield* decodeCreate(input)
      const value = kind === "card"
        ? (yield* repository.keyOfCard(said)) ?? (yield* new FraudCardUnknown({ paymentId: said }))
        : said
      const id = yield* FraudEntryId.generate
      const entry: FraudEntry = { id, list, kind, value, note, createdAt: yield* Timestamp.now }
      return yield* transaction(Effect.gen(function*() {
        yield* Effect.catchTag(repository.addEntry(entry), "FraudEntryTaken", () =>
          Effect.fail(new FraudEntryTaken({ value: shown(entry).value })))
        yield* events.publish([FraudEntryAdded.make(id, { list, kind })])
        yield* audit.record({ action: "fraud.entry.add", subject: id, details: { list, kind, value: shown(entry).value } })
        return shown(entry)
      }))
    }),
    removeEntry: Effect.fn("FraudLists.removeEntry")(function*(id) {
      yield* Permission.require("fraud:write")
      yield* transaction(Effect.gen(function*() {
        const removed = yield* repository.removeEntry(id)
        if (removed === undefined) return yield* new FraudEntryNotFound({ entryId: id })
        const { kind, list, value } = shown(removed)
        yield* events.publish([FraudEntryRemoved.make(id, { list, kind })])
        yield* audit.record({ action: "fraud.entry.remove", subject: id, details: { list, kind, value } })
      }))
    })
  }))
})

export const layer: Layer.Layer<FraudLists, never, FraudRepository | Events | AuditLog | Transactor> = Layer.effect(
  FraudLists,
  make
)
