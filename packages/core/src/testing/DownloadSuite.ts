/**
 * Files that are sold, on any storage: who has paid downloads them, so often and for so long as was said.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { SetDigitalGoods } from "../downloads/Download.ts"
import { Downloads } from "../downloads/Downloads.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { MediaLibrary } from "../media/MediaLibrary.ts"
import { OrderRefundFailed } from "../orders/OrderEvents.ts"
import { Orders } from "../orders/Orders.ts"
import type { Dispute } from "../payments/Dispute.ts"
import { DisputeLost, DisputeWon } from "../payments/DisputeEvents.ts"
import { DisputeRepository } from "../payments/DisputeRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { disputed } from "./DisputeFixture.ts"
import * as Mailbox from "./Mailbox.ts"
import * as MemoryMedia from "./MemoryMedia.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))

const file = (text: string, visibility: "private" | "public" = "private") =>
  Effect.map(
    Effect.flatMap(MediaLibrary, (media) => staff(media.upload(Buffer.from(`%PDF-1.7 ${text}`), { visibility, name: `${text}.pdf` }))),
    ({ id }) => id
  )

/** A book that is a file. */
const book = Effect.fnUntraced(function*(options: Partial<Omit<typeof SetDigitalGoods.Encoded, "files">> = {}) {
  const downloads = yield* Downloads
  const { variantId } = yield* Shop.product({ title: "Book", price: usd(900), requiresShipping: false, trackStock: false })
  const mediaId = yield* file("book")
  yield* staff(downloads.setGoods(variantId, { files: [{ mediaId }], ...options }))
  return { variantId, mediaId }
})

const bought = Effect.fnUntraced(function*(...pieces: ReadonlyArray<Shop.Pieces>) {
  const downloads = yield* Downloads
  const buyer = yield* Shop.guest(...pieces)
  const { order, token } = yield* Shop.place(buyer)
  yield* drain
  const as = Actor.as(Actor.guest({ orderToken: token }))
  const files = yield* as(downloads.ofOrder(order.id))
  return { buyer, order, as, files, id: files[0]?.id ?? "" }
})

const content = Effect.fnUntraced(function*(url: string) {
  const media = yield* MediaLibrary
  const at = new URL(url, "https://shop.example.com")
  const bytes = yield* Stream.runCollect(media.content(at.pathname.slice(at.pathname.lastIndexOf("/") + 1), {
    expires: Number(at.searchParams.get("expires")),
    signature: at.searchParams.get("signature") ?? ""
  }))
  return Buffer.concat([...bytes]).toString()
})

export const downloadSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: () => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.suspend(() =>
        Effect.provide(body(), Shop.layer(harness.storage(), { media: { storage: MemoryMedia.make().storage } }))))

  describe(`files that are sold, on ${harness.name}`, () => {
    test("need no address, and are downloaded by who has paid, by an address that is good for minutes", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const { mediaId, variantId } = yield* book()
        const { as, buyer, files, id, order } = yield* bought([variantId, 1])
        assert.isFalse(buyer.cart.requiresShipping)
        assert.deepStrictEqual(files.map(({ maximum, name, state, used }) => [name, state, used, maximum]), [["book.pdf", "ready", 0, 5]])
        const link = yield* as(downloads.open(order.id, id))
        assert.strictEqual(link.download.used, 1)
        assert.strictEqual(yield* content(link.url), "%PDF-1.7 book")
        yield* TestClock.adjust("11 minutes")
        assert.strictEqual((yield* Effect.flip(content(link.url)))._tag, "DownloadExpired")
        const nobody = yield* Effect.flip(Actor.as(Actor.guest())(downloads.open(order.id, id)))
        assert.strictEqual(nobody._tag, "OrderNotFound")
        assert.strictEqual((yield* Effect.flip(as(downloads.open(order.id, "dl_00000000000000000000000000"))))._tag, "DownloadNotFound")
        const kept = yield* Effect.flip(Effect.flatMap(MediaLibrary, (media) => staff(media.delete(mediaId))))
        assert.strictEqual(kept._tag, "MediaInUse")
      }))

    it.effect("are told of by mail, with how often and until when, once they are paid", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2026-11-26T11:00:00.000Z"))
        const { variantId } = yield* book({ downloads: 3, days: 30 })
        const { order } = yield* bought([variantId, 1])
        const mails = mailbox.mails.filter(({ subject }) => subject === `Your files of order ${order.number} at Main store`)
        assert.lengthOf(mails, 1)
        assert.strictEqual(mails[0]?.to, "ada@example.com")
        assert.include(mails[0]?.text, "book.pdf, until 26 December 2026 (3 times)")
        assert.include(mails[0]?.text, `https://shop.example.com/orders/${order.id}`)
      }).pipe(Effect.provide(
        Shop.layer(harness.storage(), {
          media: { storage: MemoryMedia.make().storage },
          store: { settings: { storefrontUrl: "https://shop.example.com" } }
        }).pipe(Layer.provide(Mailbox.layer(mailbox)))
      ))
    })

    test("may be ZIP, EPUB and MP3, which are private only and saved, never shown", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const media = yield* MediaLibrary
        const zip = (entry: string) => Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(26), Buffer.from(entry)])
        const contents: ReadonlyArray<readonly [name: string, contentType: string, bytes: Buffer]> = [
          ["icons.zip", "application/zip", zip("a.txt<script>alert(1)</script>")],
          ["book.epub", "application/epub+zip", zip("mimetypeapplication/epub+zip")],
          ["song.mp3", "audio/mpeg", Buffer.from("ID3\x04\0\0\0\0\x02\x01", "latin1")]
        ]
        const { variantId } = yield* Shop.product({ title: "Set", price: usd(900), requiresShipping: false, trackStock: false })
        const kept = yield* Effect.forEach(contents, ([name, , bytes]) => staff(media.upload(bytes, { name, visibility: "private" })))
        assert.deepStrictEqual(kept.map(({ contentType, url }) => [contentType, url]), contents.map(([, contentType]) => [contentType, null]))
        for (const [name, , bytes] of contents) {
          assert.deepInclude(yield* Effect.flip(staff(media.upload(bytes, { name }))), { _tag: "MediaRefused", reason: "not_private" })
        }
        yield* staff(downloads.setGoods(variantId, { files: kept.map(({ id }) => ({ mediaId: id })) }))
        const { as, files, order } = yield* bought([variantId, 1])
        assert.sameMembers(files.map(({ contentType }) => contentType), contents.map(([, contentType]) => contentType))
        for (const { id, name } of files) {
          const at = new URL((yield* as(downloads.open(order.id, id))).url, "https://shop.example.com")
          const opened = yield* media.open(at.pathname.slice(at.pathname.lastIndexOf("/") + 1), {
            expires: Number(at.searchParams.get("expires")),
            signature: at.searchParams.get("signature") ?? ""
          })
          assert.include(opened.disposition, `attachment; filename="${name}"`)
        }
      }))

    test("are there once they are paid, and not before", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const { variantId } = yield* book()
        const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_decline")
        yield* drain
        assert.deepStrictEqual(yield* Actor.as(Actor.guest({ orderToken: token }))(downloads.ofOrder(order.id)), [])
      }))

    test("are downloaded as often as was bought, however many ask at once, and again when staff let them", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const { variantId } = yield* book({ downloads: 2 })
        const { as, id, order } = yield* bought([variantId, 2])
        const outcomes = yield* Effect.forEach(Array.from({ length: 8 }), () => Effect.result(as(downloads.open(order.id, id))), {
          concurrency: "unbounded"
        })
        assert.lengthOf(outcomes.filter(({ _tag }) => _tag === "Success"), 4)
        for (const outcome of outcomes) {
          if (outcome._tag === "Failure") assert.deepInclude(outcome.failure, { _tag: "DownloadRefused", reason: "used_up" })
        }
        const denied = yield* Effect.flip(as(downloads.grant(order.id, id)))
        assert.strictEqual(denied._tag, "Unauthenticated")
        assert.deepInclude(yield* staff(downloads.grant(order.id, id)), { state: "ready", used: 4, maximum: 5 })
        yield* as(downloads.open(order.id, id))
        assert.deepInclude(yield* Effect.flip(as(downloads.open(order.id, id))), { reason: "used_up" })
      }))

    test("are over after their days, and again for a week when staff let them", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const { variantId } = yield* book({ downloads: null, days: 30 })
        const { as, id, order } = yield* bought([variantId, 1])
        yield* TestClock.adjust("29 days")
        yield* as(downloads.open(order.id, id))
        yield* TestClock.adjust("1 day")
        assert.deepInclude(yield* Effect.flip(as(downloads.open(order.id, id))), { reason: "expired" })
        yield* staff(downloads.grant(order.id, id))
        yield* as(downloads.open(order.id, id))
        yield* TestClock.adjust("7 days")
        assert.deepInclude(yield* Effect.flip(as(downloads.open(order.id, id))), { reason: "expired" })
      }))

    test("are not given back by who has downloaded them, but by staff", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const orders = yield* Orders
        const { variantId } = yield* book()
        const read = yield* bought([variantId, 1])
        yield* read.as(downloads.open(read.order.id, read.id))
        const refused = yield* Effect.flip(read.as(orders.cancel(read.order.id)))
        assert.deepInclude(refused, { _tag: "GoodsHandedOver", lines: [read.order.lines[0]?.id ?? ("" as never)] })
        assert.strictEqual((yield* staff(orders.get(read.order.id))).status, "paid")
        assert.strictEqual((yield* staff(orders.cancel(read.order.id))).status, "cancelled")
        const unread = yield* bought([variantId, 1])
        assert.strictEqual((yield* unread.as(orders.cancel(unread.order.id))).status, "cancelled")
      }))

    test("are closed with an order whose money went back, and taken back by staff", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const { variantId } = yield* book()
        const first = yield* bought([variantId, 1])
        assert.deepInclude(yield* staff(downloads.revoke(first.order.id, first.id)), { state: "revoked" })
        assert.deepInclude(yield* Effect.flip(first.as(downloads.open(first.order.id, first.id))), { reason: "revoked" })
        yield* staff(downloads.grant(first.order.id, first.id))
        yield* first.as(downloads.open(first.order.id, first.id))
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(first.order.id, { reason: "" })))
        yield* drain
        assert.deepInclude(yield* Effect.flip(first.as(downloads.open(first.order.id, first.id))), { reason: "closed" })
        const second = yield* bought([variantId, 1])
        yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(second.order.id)))
        assert.deepInclude(yield* Effect.flip(second.as(downloads.open(second.order.id, second.id))), { reason: "closed" })
      }))

    test("are there once the money of a refund came back, of an order that had none before it", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const events = yield* Events
        const transactor = yield* Transactor
        const { variantId } = yield* Shop.product({ title: "Book", price: usd(900), requiresShipping: false, trackStock: false })
        const { as, files, order } = yield* bought([variantId, 1])
        assert.deepStrictEqual(files, [])
        yield* staff(downloads.setGoods(variantId, { files: [{ mediaId: yield* file("book") }] }))
        yield* transactor.transaction(events.publish([OrderRefundFailed.make(order.id, {
          orderId: order.id,
          number: order.number,
          customerId: null,
          refundId: "ref_1",
          amount: usd(900),
          from: "refunded",
          status: order.status
        })]))
        yield* drain
        assert.lengthOf(yield* as(downloads.ofOrder(order.id)), 1)
      }))

    test("stay taken back until no dispute is lost or open, however late its news come", () =>
      Effect.gen(function*() {
        const disputes = yield* DisputeRepository
        const events = yield* Events
        const transactor = yield* Transactor
        const { variantId } = yield* book()
        const { as, order } = yield* bought([variantId, 1])
        const told = Effect.fnUntraced(function*(event: typeof DisputeLost | typeof DisputeWon, { amount, gateway, id, orderId, paymentId }: Dispute) {
          yield* transactor.transaction(events.publish([event.make(id, { disputeId: id, paymentId, orderId, gateway, amount })]))
          yield* drain
          const [file] = yield* as(Effect.flatMap(Downloads, (downloads) => downloads.ofOrder(order.id)))
          return file?.state
        })
        const first = yield* disputed(order, 400)
        const second = yield* disputed(order, 500)
        yield* disputes.update({ ...first, state: "lost", version: 2 })
        assert.strictEqual(yield* told(DisputeLost, first), "revoked")
        yield* disputes.update({ ...second, state: "won", version: 2 })
        assert.strictEqual(yield* told(DisputeWon, second), "revoked", "the other is lost")
        yield* disputes.update({ ...first, state: "won", version: 3 })
        assert.strictEqual(yield* told(DisputeWon, first), "ready", "an appeal has won it back")
        assert.strictEqual(yield* told(DisputeLost, first), "ready", "that is old")
      }))

    test("are private ones of the shop, each once; what was bought keeps its files, and bundles have those of their parts", () =>
      Effect.gen(function*() {
        const downloads = yield* Downloads
        const { mediaId, variantId } = yield* book()
        const open = yield* file("open", "public")
        const set = (files: ReadonlyArray<string>) => staff(downloads.setGoods(variantId, { files: files.map((id) => ({ mediaId: id as never })) }))
        assert.include((yield* Effect.flip(set([open]))).message, "is public")
        assert.include((yield* Effect.flip(set([mediaId, mediaId]))).message, "is named twice")
        assert.strictEqual((yield* Effect.flip(set(["media_00000000000000000000000000"])))._tag, "MediaNotFound")
        assert.strictEqual((yield* Effect.flip(staff(downloads.goods("var_00000000000000000000000000"))))._tag, "VariantNotFound")
        const bundle = yield* Shop.product({
          title: "Two", price: usd(1_500), bundle: { parts: [{ variantId: variantId as never, quantity: 2 }] }
        })
        const { as, files, id, order } = yield* bought([bundle.variantId, 1])
        assert.deepStrictEqual(files.map(({ maximum }) => maximum), [10])
        yield* set([])
        assert.deepStrictEqual((yield* staff(downloads.goods(variantId))).files, [])
        yield* as(downloads.open(order.id, id))
        assert.deepStrictEqual((yield* bought([variantId, 1])).files, [])
      }))
  })
}
