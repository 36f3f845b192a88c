/**
 * Selling files: whoever has paid an order downloads what belongs to it, so many times and for so long as was said when they bought
 * it.
 *
 * **Details**
 *
 * Files are private ones of the media library. Nobody is given their address: each download is asked for, its right is checked and
 * counted in one statement, and the answer is an address that is good for some minutes. So of two who ask for the last download at
 * once, one gets it. An order that is cancelled, refunded or rests opens nothing, nor do pieces that were cancelled; a
 * dispute takes files back until it is won, and no other is lost or open.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import * as SoldPart from "../cart/SoldPart.ts"
import { VariantNotFound } from "../catalog/CatalogErrors.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { MediaNotFound, type MediaStorageFailed, type MediaUnavailable } from "../media/MediaErrors.ts"
import { MediaLibrary } from "../media/MediaLibrary.ts"
import { MediaRepository } from "../media/MediaRepository.ts"
import { HandedOver } from "../orders/HandedOver.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import { OrderBalancePaid, OrderEdited, OrderLinesCancelled, OrderPaid, OrderRefundFailed, OrderStatusChanged } from "../orders/OrderEvents.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import { DisputeLost, DisputeOpened, DisputeWon } from "../payments/DisputeEvents.ts"
import { DisputeRepository } from "../payments/DisputeRepository.ts"
import {
  type DigitalGoods,
  type Download,
  DownloadId,
  type DownloadLink,
  GrantDownload,
  SetDigitalGoods
} from "./Download.ts"
import { DownloadNotFound, DownloadRefused } from "./DownloadErrors.ts"
import * as DownloadEvents from "./DownloadEvents.ts"
import { DownloadRepository, openStatuses, type StoredDownload } from "./DownloadRepository.ts"

/** For how long an address is good: as long as a large file takes to begin. */
const linkSeconds = 600

/** How often and how long a file can be downloaded where nothing else is said. */
const defaults = { downloads: 5, days: 365 } as const

/** For how long one whose time is over can be downloaded that is granted again. */
const again = { days: 7 } as const

export class Downloads extends Context.Service<Downloads, {
  /** The files of a variant. Needs `catalog:read`. */
  readonly goods: (variantId: string) => Effect.Effect<DigitalGoods, InvalidInput | VariantNotFound | StorageError | Denied>
  /**
   * Says which private files of the media library a variant is, and how they may be downloaded by who buys it from now on. Needs
   * `catalog:write`.
   */
  readonly setGoods: (
    variantId: string,
    input: typeof SetDigitalGoods.Encoded
  ) => Effect.Effect<DigitalGoods, InvalidInput | VariantNotFound | MediaNotFound | StorageError | Denied>
  /** The files of an order that the caller may see. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Download>, InvalidInput | OrderNotFound | StorageError>
  /** An address to download a file of an order that the caller may see. Counts as a download. */
  readonly open: (
    orderId: string,
    downloadId: string
  ) => Effect.Effect<
    DownloadLink,
    | InvalidInput
    | OrderNotFound
    | DownloadNotFound
    | DownloadRefused
    | MediaNotFound
    | MediaUnavailable
    | MediaStorageFailed
    | StorageError
  >
  /** Lets the buyer of an order download a file again, also one that was taken back. Needs `orders:write`. */
  readonly grant: (
    orderId: string,
    downloadId: string,
    input?: typeof GrantDownload.Encoded
  ) => Effect.Effect<Download, InvalidInput | OrderNotFound | DownloadNotFound | StorageError | Denied>
  /** Takes a file of an order back. Needs `orders:write`. */
  readonly revoke: (
    orderId: string,
    downloadId: string
  ) => Effect.Effect<Download, InvalidInput | OrderNotFound | DownloadNotFound | StorageError | Denied>
}>()("@stoa/core/downloads/Downloads") {}

const decodeSet = Input.decoder(SetDigitalGoods)
const decodeGrant = Input.decoder(GrantDownload)

const checked = Input.textParameters<Downloads["Service"]>({
  goods: ["variantId"],
  setGoods: ["variantId"],
  ofOrder: ["orderId"],
  open: ["orderId", "downloadId"],
  grant: ["orderId", "downloadId"],
  revoke: ["orderId", "downloadId"]
})

const shown = ({ mediaId: _mediaId, ...download }: StoredDownload): Download => download

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* DownloadRepository
  const orders = yield* OrderRepository
  const visible = OrderAccess.visible(orders)
  const disputes = yield* DisputeRepository
  const media = yield* MediaRepository
  const library = yield* MediaLibrary
  const events = yield* Events
  const audit = yield* AuditLog
  const transactor = yield* Transactor

  yield* (yield* HandedOver).add((orderId) =>
    Effect.map(
      Effect.flatMap(Timestamp.now, (now) => repository.ofOrder(orderId, now)),
      (all) => all.flatMap(({ lineId, used }) => used > 0 ? [lineId] : [])
    ))

  const find = Effect.fnUntraced(function*(orderId: string, downloadId: string) {
    const all = yield* repository.ofOrder(orderId, yield* Timestamp.now)
    return all.find(({ id }) => id === downloadId) ?? (yield* new DownloadNotFound({ downloadId }))
  })

  /** Lets the buyer of a paid order download what belongs to it. */
  const issue = Effect.fn("Downloads.issue")(function*(orderId: string) {
    const order = yield* orders.find(orderId)
    if (order === undefined || !openStatuses.includes(order.status)) return
    if (order.open.amount > 0 || order.paid.amount < order.total.amount) return
    const pieces = order.lines.flatMap((line) =>
      SoldPart.stockOf(line, line.quantity - line.cancelled).flatMap(([variantId, count]) =>
        count === 0 ? [] : [{ lineId: line.id, variantId, pieces: count }]))
    const files = yield* repository.sold([...new Set(pieces.map(({ variantId }) => variantId))])
    const wanted = pieces.filter(({ variantId }) => files.has(variantId))
    if (wanted.length === 0) return
    const ids = yield* DownloadId.generateMany(wanted.reduce((sum, { variantId }) => sum + (files.get(variantId) ?? 0), 0))
    yield* transactor.transaction(Effect.gen(function*() {
      const issued = yield* repository.issue(order.id, wanted, ids, yield* Timestamp.now)
      if (issued > 0) yield* events.publish([DownloadEvents.DownloadsReady.make(order.id, { orderId: order.id, files: issued })])
    }))
  })

  yield* events.subscribe({
    name: "downloads.issue",
    types: [OrderPaid.type, OrderBalancePaid.type, OrderEdited.type, OrderLinesCancelled.type, OrderRefundFailed.type, OrderStatusChanged.type],
    // most shops sell no files, and are asked once for many events
    among: (all) => Effect.map(repository.sells, (sells) => sells ? all : []),
    handle: ({ data }) => issue((data as { readonly orderId: string }).orderId)
  })

  /** Goes by how the disputes of the order stand, as there may be several, and news of them may come late and in any order. */
  const disputed = (orderId: string) =>
    transactor.transaction(Effect.gen(function*() {
      yield* repository.hold(orderId)
      const isHeld = (yield* disputes.standing(orderId)).some(({ lost, undecided }) => lost + undecided > 0)
      yield* isHeld ? repository.revoke(orderId, "dispute") : repository.restore(orderId)
    }))

  yield* events.subscribe({
    name: "downloads.disputed",
    types: [DisputeOpened.type, DisputeWon.type, DisputeLost.type],
    handle: ({ data }) => disputed((data as { readonly orderId: string }).orderId)
  })

  return watched(checked(Downloads.of({
    goods: Effect.fn("Downloads.goods")(function*(variantId) {
      yield* Permission.require("catalog:read")
      return (yield* repository.goods(variantId)) ?? (yield* new VariantNotFound({ variantId }))
    }),

    setGoods: Effect.fn("Downloads.setGoods")(function*(variantId, input) {
      yield* Permission.require("catalog:write")
      const { days = defaults.days, downloads = defaults.downloads, files } = yield* decodeSet(input)
      const found = new Map((yield* media.findMany(files.map(({ mediaId }) => mediaId))).map((file) => [file.id, file]))
      const known = new Set<string>()
      const goods: Array<DigitalGoods["files"][number]> = []
      for (const [index, { mediaId, name }] of files.entries()) {
        const file = found.get(mediaId)
        if (file === undefined || file.status !== "ready") return yield* new MediaNotFound({ media: mediaId })
        if (file.visibility !== "private") {
          return yield* InvalidInput.at(["files", index, "mediaId"], "is public: files that are sold are private", "is_public")
        }
        if (known.has(mediaId)) return yield* InvalidInput.at(["files", index, "mediaId"], "is named twice", "duplicate")
        known.add(mediaId)
        goods.push({ mediaId, name: name ?? file.name ?? `File ${index + 1}`, contentType: file.contentType, bytes: file.bytes })
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = (yield* repository.goods(variantId)) ?? (yield* new VariantNotFound({ variantId }))
        const after: DigitalGoods = { ...before, files: goods, downloads, days }
        yield* repository.setGoods(after)
        yield* audit.record({ action: "variant.files", subject: variantId, details: { files: goods.length, downloads, days } })
        return after
      }))
    }),

    ofOrder: Effect.fn("Downloads.ofOrder")(function*(orderId) {
      const order = yield* visible(orderId)
      return (yield* repository.ofOrder(order.id, yield* Timestamp.now)).map(shown)
    }),

    open: Effect.fn("Downloads.open")(function*(orderId, downloadId) {
      const order = yield* visible(orderId)
      const before = yield* find(order.id, downloadId)
      if (before.state !== "ready") return yield* new DownloadRefused({ downloadId, reason: before.state })
      // signed first, so that what cannot be read is not counted; the address is told to nobody else
      const { expiresAt, url } = yield* library.signDownload(before.mediaId, { expiresInSeconds: linkSeconds }).pipe(
        Actor.as(Actor.system("downloads")),
        Effect.catchTags({ Forbidden: Effect.die, Unauthenticated: Effect.die })
      )
      const used = yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.count(order.id, downloadId, yield* Timestamp.now))) return undefined
        const counted = yield* find(order.id, downloadId)
        yield* events.publish([DownloadEvents.FileDownloaded.make(order.id, { downloadId, orderId: order.id, used: counted.used })])
        return counted
      }))
      if (used !== undefined) return { url, expiresAt, download: shown(used) }
      // somebody took the last one at this very moment
      const { state } = yield* find(order.id, downloadId)
      return yield* new DownloadRefused({ downloadId, reason: state === "ready" ? "used_up" : state })
    }),

    grant: Effect.fn("Downloads.grant")(function*(orderId, downloadId, input = {}) {
      yield* Permission.require("orders:write")
      const { days, downloads = 1 } = yield* decodeGrant(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const order = yield* visible(orderId)
        const { expiresAt } = yield* find(order.id, downloadId)
        const now = yield* Timestamp.now
        const until = days !== undefined
          ? Timestamp.plus(now, { days })
          : expiresAt !== null && expiresAt <= now
          ? Timestamp.plus(now, again)
          : undefined
        yield* repository.grant(order.id, downloadId, downloads, until)
        yield* events.publish([DownloadEvents.DownloadGranted.make(order.id, { downloadId, orderId: order.id })])
        yield* audit.record({ action: "download.grant", subject: order.id, details: { downloadId, downloads, until: until ?? null } })
        return shown(yield* find(order.id, downloadId))
      }))
    }),

    revoke: Effect.fn("Downloads.revoke")(function*(orderId, downloadId) {
      yield* Permission.require("orders:write")
      return yield* transactor.transaction(Effect.gen(function*() {
        const order = yield* visible(orderId)
        yield* find(order.id, downloadId)
        if (yield* repository.revoke(order.id, "staff", downloadId)) {
          yield* events.publish([DownloadEvents.DownloadRevoked.make(order.id, { downloadId, orderId: order.id })])
          yield* audit.record({ action: "download.revoke", subject: order.id, details: { downloadId } })
        }
        return shown(yield* find(order.id, downloadId))
      }))
    })
  })))
})

export const layer: Layer.Layer<
  Downloads,
  never,
  AuditLog | DisputeRepository | DownloadRepository | Events | HandedOver | MediaLibrary | MediaRepository | OrderRepository | Transactor
> = Layer.effect(Downloads, make)
