/**
 * The store's price lists. What they make of a price is in `ListedPrices.ts`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import type { VariantId } from "../catalog/Product.ts"
import { CustomerGroupRepository } from "../customers/CustomerGroupRepository.ts"
import { Events } from "../events/Events.ts"
import type { Fault } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import { currenciesOf } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import {
  CreatePriceList,
  ListPage,
  type ListPrice,
  type ListPriceRow,
  maximumLists,
  type PriceList,
  PriceListId,
  RemovePrices,
  SetPrices,
  UpdatePriceList
} from "./PriceList.ts"
import { PriceListNotFound, TooManyPriceLists } from "./PriceListErrors.ts"
import { PriceListCreated, PriceListDeleted, PriceListPricesChanged, PriceListUpdated } from "./PriceListEvents.ts"
import { PriceListRepository } from "./PriceListRepository.ts"

export class PriceLists extends Context.Service<PriceLists, {
  /** All price lists, the oldest first. Needs `prices:read`. */
  readonly list: (
    input?: typeof ListPage.Encoded
  ) => Effect.Effect<Page<PriceList>, InvalidInput | StorageError | Denied>
  /** A price list by its id, without its prices (`prices`). Needs `prices:read`. */
  readonly get: (id: string) => Effect.Effect<PriceList, InvalidInput | PriceListNotFound | StorageError | Denied>
  /** Creates a price list, with up to 1,000 prices. All of them are in its currency. Needs `prices:write`. */
  readonly create: (
    input: typeof CreatePriceList.Encoded
  ) => Effect.Effect<PriceList, InvalidInput | TooManyPriceLists | StorageError | Denied>
  /**
   * Changes a price list: its name, and for whom, where and when it is. Fields that are left out stay as they are. Fails with
   * `VersionConflict` if `version` is not the current one. Needs `prices:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdatePriceList.Encoded
  ) => Effect.Effect<PriceList, InvalidInput | PriceListNotFound | VersionConflict | StorageError | Denied>
  /** Deletes a price list with its prices. Needs `prices:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | PriceListNotFound | VersionConflict | StorageError | Denied>
  /** The prices of a list, by variant and quantity. Needs `prices:read`. */
  readonly prices: (
    id: string,
    input?: typeof ListPage.Encoded
  ) => Effect.Effect<Page<ListPriceRow>, InvalidInput | PriceListNotFound | StorageError | Denied>
  /**
   * Adds prices, or replaces those of the same variant and quantity, and with `whole` those of any quantity: all of them or none.
   * Variants are named by id or by SKU. Needs `prices:write`.
   */
  readonly setPrices: (
    id: string,
    input: typeof SetPrices.Encoded
  ) => Effect.Effect<void, InvalidInput | PriceListNotFound | StorageError | Denied>
  /** What is not in the list is passed over. Needs `prices:write`. */
  readonly removePrices: (
    id: string,
    input: typeof RemovePrices.Encoded
  ) => Effect.Effect<void, InvalidInput | PriceListNotFound | StorageError | Denied>
}>()("@stoa/core/prices/PriceLists") {}

const decodePage = Input.decoder(ListPage)
const decodeCreate = Input.decoder(CreatePriceList)
const decodeUpdate = Input.decoder(UpdatePriceList)
const decodeSet = Input.decoder(SetPrices)
const decodeRemove = Input.decoder(RemovePrices)
type Given = typeof SetPrices.Type["prices"]

const isId = Schema.is(PriceListId)

const checked = Input.textParameters<PriceLists["Service"]>({
  get: ["id"],
  update: ["id"],
  delete: ["id"],
  prices: ["id"],
  setPrices: ["id"],
  removePrices: ["id"]
})

const sorted = (codes: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(codes)].sort()

const failing = (faults: ReadonlyArray<Fault>): Effect.Effect<void, InvalidInput> =>
  faults.length === 0 ? Effect.void : Effect.fail(new InvalidInput({ faults }))

export const make = Effect.gen(function*() {
  const repository = yield* PriceListRepository
  const groups = yield* CustomerGroupRepository
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const find = Effect.fnUntraced(function*(id: string) {
    const list = isId(id) ? yield* repository.find(id) : undefined
    return list ?? (yield* new PriceListNotFound({ priceListId: id }))
  })

  const check = Effect.fnUntraced(function*({ customerGroupId, endsAt, startsAt }: PriceList) {
    if (startsAt !== null && endsAt !== null && endsAt <= startsAt) {
      return yield* InvalidInput.at(["endsAt"], "is not after startsAt", "before_start")
    }
    if (customerGroupId !== null && (yield* groups.find(customerGroupId)) === undefined) {
      return yield* InvalidInput.at(["customerGroupId"], "is no customer group of this store", "unknown")
    }
  })

  /** Prices by the ids of their variants. */
  const named = Effect.fnUntraced(function*(given: Given) {
    const skus = given.flatMap(({ sku, variantId }) => sku === undefined || variantId !== undefined ? [] : [sku])
    const bySku = skus.length === 0 ? new Map<string, VariantId>() : yield* repository.bySku([...new Set(skus)])
    const prices: Array<ListPrice> = []
    const faults: Array<Fault> = []
    for (const [index, { minQuantity = 1, price, sku, variantId }] of given.entries()) {
      const meant = variantId ?? bySku.get(sku ?? "")
      if ((variantId === undefined) === (sku === undefined)) {
        faults.push({ path: ["prices", index, "variantId"], message: "is wanted, or else sku, and not both", code: "contradiction" })
      } else if (meant === undefined) {
        faults.push({ path: ["prices", index, "sku"], message: "is no SKU of this store's variants", code: "unknown" })
      } else {
        prices.push({ variantId: meant, minQuantity, price })
      }
    }
    yield* failing(faults)
    return prices
  })

  /** Answers the variants that have other prices now. */
  const write = Effect.fnUntraced(function*(list: PriceList, { prices: given, whole = false }: typeof SetPrices.Type, at: Timestamp.Timestamp) {
    const prices = yield* named(given)
    const variantIds = [...new Set(prices.map(({ variantId }) => variantId))]
    const seen = new Set<string>()
    const faults: Array<Fault> = []
    for (const [index, { minQuantity, price, variantId }] of prices.entries()) {
      const key = `${variantId}/${minQuantity}`
      if (seen.has(key)) {
        faults.push({ path: ["prices", index, "minQuantity"], message: "has a price for this variant and quantity already", code: "duplicate" })
      }
      seen.add(key)
      if (price.currency !== list.currency) {
        faults.push({ path: ["prices", index, "price", "currency"], message: `is not the list's currency ${list.currency}`, code: "other_currency" })
      }
      if (price.amount > maximumAmount) {
        faults.push({ path: ["prices", index, "price", "amount"], message: `is more than ${maximumAmount}`, code: "too_large", params: { maximum: maximumAmount } })
      }
    }
    yield* failing(faults)
    if (whole) yield* repository.removePrices(list, variantIds, at)
    const known = yield* repository.setPrices(list, prices, at)
    yield* failing(prices.flatMap(({ variantId }, index) =>
      known.has(variantId) ? [] : [{ path: ["prices", index, "variantId"], message: "is no variant of this store", code: "unknown" }]
    ))
    return variantIds
  })

  const record = (action: string, { id, name, status, type, version }: PriceList, details: Record<string, Schema.Json> = {}) =>
    audit.record({ action: `price-list.${action}`, subject: id, details: { name, type, status, version, ...details } })

  const summary = ({ name, status, type, version }: PriceList) => ({ name, type, status, version })

  const changed = (list: PriceList, variantIds: ReadonlyArray<string>) =>
    events.publish([PriceListPricesChanged.make(list.id, { variantIds: [...new Set(variantIds)] })])

  return checked(PriceLists.of({
    list: Effect.fn("PriceLists.list")(function*(input = {}) {
      yield* Permission.require("prices:read")
      return yield* repository.list(yield* decodePage(input))
    }),
    get: Effect.fn("PriceLists.get")(function*(id) {
      yield* Permission.require("prices:read")
      return yield* find(id)
    }),
    create: Effect.fn("PriceLists.create")(function*(input) {
      yield* Permission.require("prices:write")
      const { prices, ...decoded } = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const store = yield* stores.current
        const { currency = store.currency } = decoded
        const sold = currenciesOf(store)
        if (!sold.includes(currency)) {
          return yield* InvalidInput.at(["currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")
        }
        if ((yield* repository.count) >= maximumLists) return yield* new TooManyPriceLists({ maximum: maximumLists })
        const now = yield* Timestamp.now
        const list: PriceList = {
          id: yield* PriceListId.generate,
          name: decoded.name,
          type: decoded.type ?? "sale",
          status: decoded.status ?? "active",
          currency,
          countries: sorted(decoded.countries ?? []),
          subdivisions: sorted(decoded.subdivisions ?? []),
          channel: decoded.channel ?? null,
          customerGroupId: decoded.customerGroupId ?? null,
          startsAt: decoded.startsAt ?? null,
          endsAt: decoded.endsAt ?? null,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* check(list)
        yield* repository.insert(list)
        if (prices !== undefined) yield* write(list, { prices }, now)
        yield* events.publish([PriceListCreated.make(list.id, summary(list))])
        yield* record("create", list, { prices: prices?.length ?? 0 })
        return list
      }))
    }),
    update: Effect.fn("PriceLists.update")(function*(id, input) {
      yield* Permission.require("prices:write")
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const list = yield* find(id)
        if (version !== undefined && version !== list.version) {
          return yield* new VersionConflict({ id: list.id, expected: version })
        }
        const updated: PriceList = {
          ...list,
          ...changes,
          countries: sorted(changes.countries ?? list.countries),
          subdivisions: sorted(changes.subdivisions ?? list.subdivisions),
          version: list.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* check(updated)
        yield* repository.replace(updated)
        yield* events.publish([PriceListUpdated.make(updated.id, summary(updated))])
        yield* record("update", updated, { fields: Object.keys(changes) })
        return updated
      }))
    }),
    delete: Effect.fn("PriceLists.delete")(function*(id, options = {}) {
      yield* Permission.require("prices:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transactor.transaction(Effect.gen(function*() {
        const list = yield* find(id)
        if (!(yield* repository.delete(list.id, yield* Timestamp.now, version))) {
          return yield* version === undefined
            ? new PriceListNotFound({ priceListId: list.id })
            : new VersionConflict({ id: list.id, expected: version })
        }
        yield* events.publish([PriceListDeleted.make(list.id, summary(list))])
        yield* record("delete", list)
      }))
    }),
    prices: Effect.fn("PriceLists.prices")(function*(id, input = {}) {
      yield* Permission.require("prices:read")
      const query = yield* decodePage(input)
      return yield* repository.prices(yield* find(id), query)
    }),
    setPrices: Effect.fn("PriceLists.setPrices")(function*(id, input) {
      yield* Permission.require("prices:write")
      const given = yield* decodeSet(input)
      yield* transactor.transaction(Effect.gen(function*() {
        const list = yield* find(id)
        yield* changed(list, yield* write(list, given, yield* Timestamp.now))
        yield* record("set-prices", list, { prices: given.prices.length })
      }))
    }),
    removePrices: Effect.fn("PriceLists.removePrices")(function*(id, input) {
      yield* Permission.require("prices:write")
      const { variantIds } = yield* decodeRemove(input)
      yield* transactor.transaction(Effect.gen(function*() {
        const list = yield* find(id)
        yield* repository.removePrices(list, [...new Set(variantIds)], yield* Timestamp.now)
        yield* changed(list, variantIds)
        yield* record("remove-prices", list, { variants: variantIds.length })
      }))
    })
  }))
})

export const layer: Layer.Layer<
  PriceLists,
  never,
  PriceListRepository | CustomerGroupRepository | Stores | Transactor | Events | AuditLog
> = Layer.effect(PriceLists, make)
