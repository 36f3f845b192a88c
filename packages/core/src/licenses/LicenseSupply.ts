/**
 * Who gets which key: one for each piece that is paid, once, and the next one that comes where there is none.
 *
 * **Details**
 *
 * All that is done to the keys of a variant is done by who holds its pool, so two orders never get the same key, and a piece never
 * gets two. What an order should have is worked out from the order as it stands, so it makes no difference how often and in which
 * order its events are heard. A key that a piece has had is never given to another.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SoldPart from "../cart/SoldPart.ts"
import { openStatuses } from "../downloads/DownloadRepository.ts"
import { Events } from "../events/Events.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Secrets } from "../kernel/Secrets.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as BuyerLanguage from "../messages/BuyerLanguage.ts"
import * as OrderLetter from "../messages/OrderLetter.ts"
import * as Mailer from "../notifications/Mailer.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { HandedOver } from "../orders/HandedOver.ts"
import { OrderBalancePaid, OrderCancelled, OrderEdited, OrderLinesCancelled, OrderPaid, OrderRefunded, OrderRefundFailed, OrderStatusChanged } from "../orders/OrderEvents.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { DisputeRepository } from "../payments/DisputeRepository.ts"
import { DisputeLost, DisputeWon } from "../payments/DisputeEvents.ts"
import { ReturnStatusChanged } from "../returns/ReturnEvents.ts"
import { ReturnRepository } from "../returns/ReturnRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { LicenseId, purposeOf } from "./License.ts"
import * as LicenseEvents from "./LicenseEvents.ts"
import { type HeldPool, LicenseRepository, type NewLicense, type StoredLicense } from "./LicenseRepository.ts"

/** How many keys are given in one transaction. */
const atOnce = 500

/** The name of the job that mails an order its keys. */
const mailJob = "license-keys.mail"

const gone: ReadonlySet<string> = new Set(["cancelled", "refunded"])
/** Pieces that came back count once their money goes back, or went over to others. */
const givenBack: ReadonlySet<string> = new Set(["refunded", "partially_refunded", "exchanged"])

const isDue = (order: StoredOrder): boolean =>
  openStatuses.includes(order.status) && order.open.amount === 0 && order.paid.amount >= order.total.amount

/** Says what the shop has to know of a pool that the current transaction holds, of which so many keys are left now. */
export const teller = (repository: LicenseRepository["Service"], events: Events["Service"]) =>
  Effect.fnUntraced(function*(pool: HeldPool, free: number, wasAsked: boolean) {
    const about = { variantId: pool.variantId, free }
    if (free === 0 && (pool.free > 0 || wasAsked)) {
      const waiting = (yield* repository.pool(pool.variantId))?.waiting ?? 0
      if (pool.free > 0 || waiting > 0) yield* events.publish([LicenseEvents.LicenseKeysEmpty.make(pool.variantId, { ...about, waiting })])
    } else if (free <= pool.lowAt && pool.free > pool.lowAt) {
      yield* events.publish([LicenseEvents.LicenseKeysLow.make(pool.variantId, { ...about, lowAt: pool.lowAt })])
    }
  })

/** Hands out keys of a pool that the current transaction holds, and says what the shop has to know of it. Answers with how many. */
export const giver = (repository: LicenseRepository["Service"], events: Events["Service"], jobs: Jobs["Service"]) => {
  const tell = teller(repository, events)
  return Effect.fnUntraced(function*(pool: HeldPool, wasAsked: boolean) {
    const given = yield* repository.give(pool.variantId, atOnce, yield* Timestamp.now)
    yield* tell(pool, pool.free - given.length, wasAsked)
    for (const [orderId, licenses] of Map.groupBy(given, ({ orderId }) => orderId)) {
      const licenseIds = licenses.map(({ id }) => id)
      yield* events.publish([LicenseEvents.LicenseKeysGiven.make(orderId, { orderId, licenseIds })])
      yield* jobs.enqueue({ name: mailJob, payload: { orderId }, id: `${mailJob}:${licenseIds[0]}` })
    }
    return given.length
  })
}

export const layer: Layer.Layer<
  never,
  never,
  DisputeRepository | Events | HandedOver | Jobs | LicenseRepository | Notifications | OrderRepository | PreferencesRepository | ReturnRepository | Stores | Transactor
> = Layer.effectDiscard(Effect.gen(function*() {
  const repository = yield* LicenseRepository
  const orders = yield* OrderRepository
  const returns = yield* ReturnRepository
  const disputes = yield* DisputeRepository
  const events = yield* Events
  const jobs = yield* Jobs
  const secrets = yield* Secrets
  const notifications = yield* Notifications
  const preferences = yield* PreferencesRepository
  const stores = yield* Stores
  const mails = (yield* Mailer.Mailer) !== Mailer.missing
  const { transaction } = yield* Transactor
  // whoever has had a key knows it
  yield* (yield* HandedOver).add((orderId) =>
    Effect.map(repository.ofOrder(orderId), (all) => all.flatMap(({ keyId, lineId }) => keyId === null ? [] : [lineId])))

  const give = giver(repository, events, jobs)

  /** Pieces that each line and variant should have keys for. */
  const wanted = Effect.fnUntraced(function*(order: StoredOrder) {
    const back = new Map<string, number>()
    for (const { lines, status } of yield* returns.ofOrder(order.id)) {
      if (!givenBack.has(status)) continue
      for (const { lineId, restocked, scrapped } of lines) back.set(lineId, (back.get(lineId) ?? 0) + restocked + scrapped)
    }
    return order.lines.flatMap((line) => {
      const left = gone.has(order.status) ? 0 : Math.max(0, line.quantity - line.cancelled - (back.get(line.id) ?? 0))
      return SoldPart.stockOf(line, left).map(([variantId, count]) => ({ lineId: line.id, variantId, count }))
    })
  })

  /** Makes what the pieces of an order have what they should have. */
  const settle = Effect.fn("Licenses.settle")(function*(orderId: string) {
    const found = yield* orders.find(orderId)
    if (found === undefined || found.status === "pending" || found.status === "failed") return
    const variantIds = [...new Set(found.lines.flatMap((line) => SoldPart.stockOf(line, 1).map(([variantId]) => variantId)))]
    yield* transaction(Effect.gen(function*() {
      const pools = new Map((yield* repository.hold(variantIds)).map((pool) => [pool.variantId, pool]))
      const licenses = yield* repository.ofOrder(orderId)
      if (pools.size === 0 && licenses.length === 0) return
      const order = yield* orders.find(orderId)
      if (order === undefined) return
      const at = yield* Timestamp.now
      const missing: Array<Omit<NewLicense, "id">> = []
      const excess: Array<StoredLicense> = []
      for (const { count: pieces, lineId, variantId } of yield* wanted(order)) {
        const known = licenses.filter((license) => license.lineId === lineId && license.variantId === variantId)
        // what a bank has paid back is not replaced
        const count = Math.max(0, pieces - known.filter(({ disputed }) => disputed).length)
        const active = known.filter(({ state }) => state !== "void")
        // those that wait go first, then the last that were bought
        excess.push(...active.sort((a, b) => Number(a.state === "given") - Number(b.state === "given") || b.piece - a.piece)
          .slice(0, Math.max(0, active.length - count)))
        if (!isDue(order) || pools.get(variantId)?.gives !== true) continue
        const last = known.reduce((last, { piece }) => Math.max(last, piece), 0)
        for (let more = 1; more <= count - active.length; more++) missing.push({ lineId, variantId, piece: last + more })
      }
      if (excess.length > 0) {
        const licenseIds = excess.map(({ id }) => id)
        yield* repository.void(licenseIds, at)
        yield* events.publish([LicenseEvents.LicenseKeysVoided.make(orderId, { orderId, licenseIds })])
      }
      if (missing.length > 0) {
        const ids = yield* LicenseId.generateMany(missing.length)
        yield* repository.add(orderId, missing.map((license, index) => ({ ...license, id: ids[index] as LicenseId })), at)
      }
      if (!isDue(order)) return
      const waits = new Set([...missing, ...licenses.filter(({ state }) => state === "waiting")].map(({ variantId }) => variantId))
      const asks = new Set(missing.map(({ variantId }) => variantId))
      for (const variantId of waits) {
        let pool = pools.get(variantId)
        while (pool !== undefined) {
          const count: number = yield* give(pool, asks.has(variantId))
          pool = count < atOnce ? undefined : { ...pool, free: pool.free - count }
        }
      }
    }))
  })

  yield* events.subscribe({
    name: "licenses.settle",
    types: [
      OrderPaid.type,
      OrderBalancePaid.type,
      OrderCancelled.type,
      OrderEdited.type,
      OrderLinesCancelled.type,
      OrderRefunded.type,
      OrderRefundFailed.type,
      OrderStatusChanged.type,
      ReturnStatusChanged.type
    ],
    // most shops sell no keys, and are asked once for many events
    among: (all) => Effect.map(repository.sells, (sells) => sells ? all : []),
    handle: ({ data }) => settle((data as { readonly orderId: string }).orderId)
  })

  /**
   * What banks have given back in full takes the keys with it; what is won after all brings them back. Decided by how the disputes of the
   * order stand, as news of them may come late and in any order.
   */
  const disputed = Effect.fn("Licenses.disputed")(function*(orderId: string) {
    const licenses = yield* repository.ofOrder(orderId)
    if (licenses.length === 0) return
    yield* transaction(Effect.gen(function*() {
      yield* repository.hold([...new Set(licenses.map(({ variantId }) => variantId))])
      const order = yield* orders.find(orderId)
      if (order === undefined) return
      const lost = (yield* disputes.standing(orderId)).reduce((sum, { lost }) => sum + lost, 0)
      const isLost = lost > 0 && lost >= order.paid.amount - order.refunded.amount
      if (!isLost && gone.has(order.status)) return
      const licenseIds = yield* isLost ? repository.lose(orderId, yield* Timestamp.now) : repository.regain(orderId)
      if (licenseIds.length === 0) return
      const event = isLost ? LicenseEvents.LicenseKeysVoided : LicenseEvents.LicenseKeysRestored
      yield* events.publish([event.make(orderId, { orderId, licenseIds })])
    }))
    yield* settle(orderId)
  })

  yield* events.subscribe({
    name: "licenses.disputed",
    types: [DisputeLost.type, DisputeWon.type],
    among: (all) => Effect.map(repository.sells, (sells) => sells ? all : []),
    handle: ({ data }) => disputed((data as typeof DisputeLost.data.Type).orderId)
  })

  yield* jobs.handle({
    name: mailJob,
    payload: Schema.Struct({ orderId: Schema.String }),
    // keys are read here and not before, so that no queue ever holds one
    run: Effect.fnUntraced(function*({ orderId }, { attempt, id }) {
      if (!mails) return
      const order = yield* orders.find(orderId)
      if (order === undefined || !openStatuses.includes(order.status)) return
      const titles = new Map(order.lines.map(({ id, title }) => [id as string, title]))
      const keys: Array<{ title: string; key: string }> = []
      for (const { keyId, lineId, sealed, state } of yield* repository.ofOrder(orderId)) {
        if (state !== "given" || sealed === null || keyId === null) continue
        keys.push({ title: titles.get(lineId) ?? "", key: yield* secrets.decrypt(sealed, purposeOf(keyId)) })
      }
      if (keys.length === 0) return
      const { settings: { contactEmail, storefrontUrl } } = yield* stores.current
      yield* notifications.deliver(`${id}.${attempt}`, {
        recipient: { channel: "email", address: order.email },
        template: "license-keys",
        ...(yield* BuyerLanguage.of(preferences, order)),
        data: { order: OrderLetter.of(order, storefrontUrl), contact: contactEmail, keys: keys.slice(0, 100), more: Math.max(0, keys.length - 100) }
      }).pipe(
        Effect.catchTag("DeliveryFailed", (error) =>
          error.permanent ? Effect.logWarning(`License keys cannot be sent: ${error.message}`) : Effect.fail(error))
      )
    }),
    timeLimit: "2 minutes"
  })
}))
