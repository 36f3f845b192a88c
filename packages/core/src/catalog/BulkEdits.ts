/**
 * Changes many products at once, in the background.
 *
 * **Details**
 *
 * Which products are meant is settled when the edit begins. A job changes a group of them in one transaction with what it says of its
 * progress, their events and their audit entries, and queues the next group in it as well. So a process that dies between two
 * statements leaves whole groups behind, and whoever takes the job again goes on with the next one. An edit that names what is gone by
 * then, or whose job fails again and again, ends with the reason.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Stores } from "../stores/Stores.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import * as AttributeSets from "./AttributeSet.ts"
import { BrandRepository } from "./BrandRepository.ts"
import type { AttributeSubject } from "./Attribute.ts"
import * as BulkChange from "./BulkChange.ts"
import {
  type BulkChanges,
  type BulkEdit,
  BulkEditId,
  type BulkError,
  type BulkPreview,
  type BulkSelection,
  type DryRun,
  ListBulkEdits,
  maximumErrors,
  maximumProducts,
  maximumWaiting,
  shownByDryRun,
  StartBulkEdit
} from "./BulkEdit.ts"
import * as BulkCollections from "./BulkCollections.ts"
import { BulkEditRepository } from "./BulkEditRepository.ts"
import { BrandNotFound, BulkEditNotFound, CategoryNotFound, type CollectionNotFound, TooManyBulkEdits } from "./CatalogErrors.ts"
import { BulkEditFailed, BulkEditFinished, BulkEditStarted, ProductUpdated } from "./CatalogEvents.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import type { CollectionRepository } from "./CollectionRepository.ts"
import * as DescribedInput from "./DescribedInput.ts"
import * as ListFilters from "./ListFilters.ts"
import type { Product, ProductId } from "./Product.ts"
import { ProductRepository } from "./ProductRepository.ts"

type Refused = InvalidInput | BrandNotFound | CategoryNotFound | CollectionNotFound | StorageError | Denied

export class BulkEdits extends Context.Service<BulkEdits, {
  /** What an edit would do, without doing it. Needs `catalog:write`. */
  readonly dryRun: (input: typeof StartBulkEdit.Encoded) => Effect.Effect<DryRun, Refused>
  /** Begins to change products in the background; `get` says how far it is. Needs `catalog:write`. */
  readonly start: (input: typeof StartBulkEdit.Encoded) => Effect.Effect<BulkEdit, Refused | TooManyBulkEdits>
  /** All bulk edits, the newest first. Needs `catalog:read`. */
  readonly list: (input?: typeof ListBulkEdits.Encoded) => Effect.Effect<Page<BulkEdit>, InvalidInput | StorageError | Denied>
  /** A bulk edit by its id, with how far it is. Needs `catalog:read`. */
  readonly get: (id: string) => Effect.Effect<BulkEdit, InvalidInput | BulkEditNotFound | StorageError | Denied>
  /** Ends an edit; what it has changed already stays changed. Needs `catalog:write`. */
  readonly cancel: (id: string) => Effect.Effect<BulkEdit, InvalidInput | BulkEditNotFound | StorageError | Denied>
}>()("@stoa/core/catalog/BulkEdits") {}

const decodeStart = Input.decoder(StartBulkEdit)
const decodeList = Input.decoder(ListBulkEdits)
const isId = Schema.is(BulkEditId)

const checked = Input.textParameters<BulkEdits["Service"]>({ get: ["id"], cancel: ["id"] })

const jobName = "catalog.bulk-edit"

/** Products that are changed in one transaction. */
const together = 50

interface Outcome {
  readonly id: ProductId
  readonly before?: Product
  readonly after?: Product
  readonly error?: string
}

/** A job that failed as often ends its edit. */
const attempts = 8

const isGone = ({ message }: BrandNotFound | CategoryNotFound | CollectionNotFound) => Effect.succeed(message)

const messageOf = ({ faults }: InvalidInput): string =>
  faults.map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ")

export const make = Effect.gen(function*() {
  const repository = yield* BulkEditRepository
  const products = yield* ProductRepository
  const attributes = yield* AttributeRepository
  const brands = yield* BrandRepository
  const vendors = yield* VendorRepository
  const categories = yield* CategoryRepository
  const filters = yield* ListFilters.make
  const stores = yield* Stores
  const { transaction } = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const { maxAttempts } = yield* JobRetries
  const chosen = yield* BulkCollections.make

  const find = Effect.fnUntraced(function*(id: string) {
    return (isId(id) ? yield* repository.find(id) : undefined) ?? (yield* new BulkEditNotFound({ bulkEdit: id }))
  })

  const describe = (subject: AttributeSubject, field: "attributes" | "variantAttributes", { [field]: said }: BulkChanges) =>
    said === undefined
      ? Effect.succeed({})
      : DescribedInput.ofChange(attributes, subject, { attributes: said }).pipe(
        Effect.map((known) => ({ [field]: known.attributes ?? {} })),
        Effect.mapError((error) =>
          error instanceof InvalidInput
            ? new InvalidInput({
              faults: error.faults.map(({ message, path: [, ...path] }) => ({ message, path: ["changes", field, ...path] }))
            })
            : error)
      )

  /** The changes with what they name, if all of it is there. Attributes stay as they are until the transaction ends. */
  const understood = Effect.fnUntraced(function*(changes: BulkChanges) {
    const { addCategories = [], brandId } = changes
    if (brandId !== undefined && brandId !== null && !(yield* brands.known([brandId])).has(brandId)) {
      return yield* new BrandNotFound({ brand: brandId })
    }
    if (addCategories.length > 0) {
      const known = new Set<string>((yield* categories.list).map(({ id }) => id))
      const missing = addCategories.find((id) => !known.has(id))
      if (missing !== undefined) return yield* new CategoryNotFound({ category: missing })
    }
    yield* chosen.check(changes)
    return {
      ...changes,
      ...yield* describe("product", "attributes", changes),
      ...yield* describe("variant", "variantAttributes", changes)
    }
  })

  const selected = Effect.fnUntraced(function*(select: BulkSelection) {
    if ("productIds" in select) return [...new Set(select.productIds)]
    const query = { status: "any" as const, ...select.filter }
    const { collection, narrowed } = yield* filters.open(query)
    const narrow = (names: { readonly category?: string; readonly brand?: string } = {}) =>
      repository.found({ ...query, ...names, ...narrowed }, collection, maximumProducts + 1)
    const found = yield* narrow()
    const instead = found.length === 0 ? yield* filters.explain(query) : undefined
    const ids = instead === undefined ? found : yield* narrow(instead)
    if (ids.length > maximumProducts) {
      return yield* InvalidInput.at(["select", "filter"], `finds more than ${maximumProducts} products`, { code: "too_many", params: { maximum: maximumProducts } })
    }
    return ids
  })

  /** Each product as it would be, or what is wrong with it. */
  const applied = Effect.fnUntraced(function*(ids: ReadonlyArray<ProductId>, changes: BulkChanges, now: Timestamp.Timestamp) {
    const { addCollections: _add, removeCollections: _remove, ...ofProduct } = changes
    const { currency } = yield* stores.current
    const found = new Map((yield* products.findManyById(ids)).map((product) => [product.id, product]))
    const ofVendors = changes.status !== "active" ? [] : Array.from(found.values()).flatMap(({ vendorId }) => vendorId ?? [])
    const suspended = new Set(
      ofVendors.length === 0
        ? []
        : (yield* vendors.known([...new Set(ofVendors)])).flatMap(({ id, status }) => status === "suspended" ? [id] : [])
    )
    const outcomes = ids.map((id): Outcome => {
      const before = found.get(id)
      if (before === undefined) return { id, error: "is not there" }
      if (before.vendorId !== null && suspended.has(before.vendorId)) {
        return { id, before, error: "status: cannot be active while the vendor is suspended" }
      }
      const after = BulkChange.apply(before, ofProduct, currency, now)
      return Result.isFailure(after) ? { id, before, error: messageOf(after.failure) } : { id, before, after: after.success }
    })
    const asked = outcomes.flatMap(({ after, before }) => after === undefined || after === before ? [] : AttributeSets.asked(before, after))
    const expected = asked.length === 0 ? [] : yield* attributes.expected([...new Set(asked)])
    return expected.length === 0 ? outcomes : outcomes.map((outcome): Outcome => {
      const { after, before, id } = outcome
      const faults = after === undefined || before === undefined ? [] : AttributeSets.faults(before, after, expected)
      return before === undefined || faults.length === 0 ? outcome : { id, before, error: messageOf(new InvalidInput({ faults })) }
    })
  })

  const noted = (edit: BulkEdit, errors: ReadonlyArray<BulkError>): BulkEdit["errors"] =>
    [...edit.errors, ...errors].slice(0, maximumErrors)

  /** Ends an edit that cannot go on. In a transaction that holds it. */
  const end = Effect.fnUntraced(function*(edit: BulkEdit, reason: string) {
    yield* repository.replace({ ...edit, status: "failed", reason, finishedAt: yield* Timestamp.now })
    yield* repository.clear(edit.id)
    yield* events.publish([BulkEditFailed.make(edit.id, { reason, changed: edit.changed, failed: edit.failed })])
    yield* audit.record({ action: "products.bulk-edit.fail", subject: edit.id, details: { reason, by: edit.createdBy } })
  })

  /** Changes the next products of an edit, and has those behind them follow. In a transaction. */
  const goOn = Effect.fnUntraced(function*(id: string) {
    const edit = yield* repository.findForChange(id)
    if (edit === undefined || edit.status !== "working") return
    // what it names may be gone, or have become another, since it was begun
    const known = yield* understood(edit.changes).pipe(
      Effect.catchTags({
        InvalidInput: (error) => Effect.succeed(messageOf(error)),
        BrandNotFound: isGone,
        CategoryNotFound: isGone,
        CollectionNotFound: isGone
      })
    )
    if (typeof known === "string") return yield* end(edit, known)
    const ids = yield* repository.take(edit.id, together)
    const now = yield* Timestamp.now
    if (ids.length === 0) {
      const done: BulkEdit = { ...edit, status: "done", finishedAt: now }
      yield* repository.replace(done)
      yield* events.publish([BulkEditFinished.make(edit.id, { changed: edit.changed, failed: edit.failed })])
      return
    }
    const outcomes = yield* applied(ids, known, now)
    const edited = outcomes.flatMap(({ after, before }) => after === undefined || after === before ? [] : [after])
    const errors = outcomes.flatMap(({ error, id: productId }) => error === undefined ? [] : [{ productId, message: error }])
    const followers = yield* products.replaceMany(edited)
    if (edited.length > 0) {
      yield* events.publish([...edited, ...followers].map(({ id, slug, status, version }) =>
        ProductUpdated.make(id, { slug, status, version })))
    }
    yield* audit.recordAll(edited.map(({ id: subject, version }) => ({
      action: "product.bulk-update",
      subject,
      details: { version, bulkEdit: edit.id, by: edit.createdBy, fields: Object.keys(edit.changes) }
    })))
    const moved = yield* chosen.move(outcomes.flatMap(({ error, id }) => error === undefined ? [id] : []), known, edit)
    const changed = new Set<string>([...edited.map(({ id }) => id), ...moved]).size
    yield* repository.replace({
      ...edit,
      changed: edit.changed + changed,
      unchanged: edit.unchanged + outcomes.length - changed - errors.length,
      failed: edit.failed + errors.length,
      errors: noted(edit, errors)
    })
    yield* jobs.enqueue({ name: jobName, payload: { id } })
  })

  yield* jobs.handle({
    name: jobName,
    payload: Schema.Struct({ id: Schema.String }),
    run: ({ id }, { attempt }) =>
      transaction(goOn(id)).pipe(
        Effect.catchCause((cause) =>
          Cause.hasInterrupts(cause) || attempt < Math.min(attempts, maxAttempts)
            ? Effect.failCause(cause)
            : Effect.andThen(
              Effect.logWarning("An edit of many products was given up", cause),
              transaction(Effect.gen(function*() {
                const edit = yield* repository.findForChange(id)
                if (edit?.status !== "working") return
                const error = Cause.squash(cause)
                // what is wrong with the engine or its database is for its log
                yield* end(edit, isStoaError(error) && error.kind !== "unavailable" ? error.message : "The products could not be changed")
              }))
            )
        )
      )
  })

  return checked(BulkEdits.of({
    dryRun: Effect.fn("BulkEdits.dryRun")(function*(input) {
      yield* Permission.require("catalog:write")
      const { changes, select } = yield* decodeStart(input)
      const known = yield* understood(changes)
      const ids = yield* selected(select)
      const shown = ids.slice(0, shownByDryRun)
      const outcomes = yield* applied(shown, known, yield* Timestamp.now)
      const collectionsOf = yield* chosen.differences(shown, known)
      return {
        total: ids.length,
        products: outcomes.map(({ after, before, error, id }): BulkPreview => ({
          productId: id,
          title: before?.title ?? "",
          fields: before === undefined || after === undefined ? {} : { ...BulkChange.differences(before, after), ...collectionsOf(id) },
          error: error ?? null
        }))
      }
    }),

    start: Effect.fn("BulkEdits.start")(function*(input) {
      yield* Permission.require("catalog:write")
      const { changes, select } = yield* decodeStart(input)
      return yield* transaction(Effect.gen(function*() {
        if ((yield* repository.working) >= maximumWaiting) return yield* new TooManyBulkEdits({ limit: maximumWaiting })
        const known = yield* understood(changes)
        const ids = yield* selected(select)
        const edit: BulkEdit = {
          id: yield* BulkEditId.generate,
          changes: known,
          status: "working",
          total: ids.length,
          changed: 0,
          unchanged: 0,
          failed: 0,
          errors: [],
          reason: null,
          createdBy: Actor.describe(yield* Actor.CurrentActor),
          createdAt: yield* Timestamp.now,
          finishedAt: null
        }
        yield* repository.insert(edit, ids)
        yield* jobs.enqueue({ name: jobName, payload: { id: edit.id } })
        yield* events.publish([BulkEditStarted.make(edit.id, { total: edit.total })])
        yield* audit.record({
          action: "products.bulk-edit",
          subject: edit.id,
          details: { total: edit.total, fields: Object.keys(known) }
        })
        return edit
      }))
    }),

    list: Effect.fn("BulkEdits.list")(function*(input = {}) {
      yield* Permission.require("catalog:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    get: Effect.fn("BulkEdits.get")(function*(id) {
      yield* Permission.require("catalog:read")
      return yield* find(id)
    }),

    cancel: Effect.fn("BulkEdits.cancel")(function*(id) {
      yield* Permission.require("catalog:write")
      return yield* transaction(Effect.gen(function*() {
        yield* find(id)
        const edit = yield* repository.findForChange(id)
        if (edit === undefined) return yield* new BulkEditNotFound({ bulkEdit: id })
        if (edit.status !== "working") return edit
        const cancelled: BulkEdit = { ...edit, status: "cancelled", finishedAt: yield* Timestamp.now }
        yield* repository.replace(cancelled)
        yield* repository.clear(edit.id)
        yield* events.publish([BulkEditFinished.make(edit.id, { changed: edit.changed, failed: edit.failed })])
        yield* audit.record({ action: "products.bulk-edit.cancel", subject: edit.id })
        return cancelled
      }))
    })
  }))
})

export const layer: Layer.Layer<
  BulkEdits,
  never,
  | AttributeRepository
  | AuditLog
  | BrandRepository
  | BulkEditRepository
  | CategoryRepository
  | CollectionRepository
  | Events
  | Jobs
  | ProductRepository
  | Stores
  | Transactor
  | VendorRepository
> = Layer.effect(BulkEdits, make)
