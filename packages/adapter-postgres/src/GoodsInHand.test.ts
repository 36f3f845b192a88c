/**
 * Goods that nobody sends, and an order that is called off at the same moment: its buyer gets the money or the goods, never both.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cancellations } from "@stoa/core/cancellations/Cancellations"
import { Downloads } from "@stoa/core/downloads/Downloads"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Secrets from "@stoa/core/kernel/Secrets"
import { LicenseKeys } from "@stoa/core/licenses/LicenseKeys"
import { MediaLibrary } from "@stoa/core/media/MediaLibrary"
import { Orders } from "@stoa/core/orders/Orders"
import * as MemoryMedia from "@stoa/core/testing/MemoryMedia"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { whileOpen } from "./testing/WhileOpen.ts"

const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))

const immaterial = { requiresShipping: false, trackStock: false } as const

const bought = Effect.fnUntraced(function*(...pieces: ReadonlyArray<Shop.Pieces>) {
  const orders = yield* Orders
  const cancellations = yield* Cancellations
  const { order, token } = yield* Shop.place(yield* Shop.guest(...pieces))
  yield* drain
  const as = Actor.as(Actor.guest({ orderToken: token }))
  return {
    order,
    as,
    cancel: as(orders.cancel(order.id)),
    cancelSome: (quantity: number) =>
      as(cancellations.cancel(order.id, { lines: [{ lineId: order.lines[0]?.id ?? "", quantity }] as never }))
  }
})

/** An order of two books that are files, and what downloads one. */
const books = Effect.gen(function*() {
  const downloads = yield* Downloads
  const media = yield* MediaLibrary
  const { id: mediaId } = yield* staff(media.upload(Buffer.from("%PDF-1.7 book"), { visibility: "private", name: "book.pdf" }))
  const { variantId } = yield* Shop.product({ title: "Book", ...immaterial })
  yield* staff(downloads.setGoods(variantId, { files: [{ mediaId }] }))
  const { variantId: mug } = yield* Shop.product({ title: "Mug", ...immaterial })
  const books = yield* bought([variantId, 1], [mug, 1])
  const [file] = yield* books.as(downloads.ofOrder(books.order.id))
  return { ...books, open: books.as(downloads.open(books.order.id, file?.id ?? "")) }
})

/** An order of two programs whose keys are to come. */
const programs = Effect.gen(function*() {
  const licenses = yield* LicenseKeys
  const { variantId } = yield* Shop.product({ title: "Plans", ...immaterial })
  yield* staff(licenses.setPool(variantId, { gives: true }))
  const programs = yield* bought([variantId, 2])
  const keys = Effect.map(programs.as(licenses.ofOrder(programs.order.id)), (all) => all.flatMap(({ key }) => key === null ? [] : [key]))
  return { ...programs, keys, come: staff(licenses.import(variantId, { keys: "KEY-1\nKEY-2" })) }
})

const tagOf = <A, E extends { readonly _tag: string }>(
  result: { readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E }
) => result._tag === "Success" ? "done" : result.failure._tag

describe("goods that nobody sends, in PostgreSQL", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient>) =>
    it.effect(name, () =>
      Effect.provide(
        body,
        Shop.layer<SqlClient.SqlClient>(storageOfRows(), { media: { storage: MemoryMedia.make().storage } }).pipe(
          Layer.provide(Layer.orDie(Secrets.layer(Redacted.make("a secret of this test, long enough"))))
        )
      ))

  test("a file is not opened while its order is being cancelled", Effect.gen(function*() {
    const { cancel, open } = yield* books
    const { made, result } = yield* whileOpen(cancel, open)
    assert.deepStrictEqual([made.status, tagOf(result)], ["cancelled", "DownloadRefused"])
  }))

  test("an order is not cancelled while its file is being opened", Effect.gen(function*() {
    const { as, cancel, open, order } = yield* books
    const { made, result } = yield* whileOpen(open, cancel)
    assert.deepStrictEqual([made.download.used, tagOf(result)], [1, "GoodsHandedOver"])
    const now = yield* as(Effect.flatMap(Orders, (orders) => orders.get(order.id)))
    assert.deepStrictEqual([now.status, now.version], ["paid", order.version])
  }))

  test("a file is not opened while its pieces are being cancelled, nor the other way round", Effect.gen(function*() {
    const first = yield* books
    assert.strictEqual(tagOf((yield* whileOpen(first.cancelSome(1), first.open)).result), "DownloadRefused")
    const second = yield* books
    assert.strictEqual(tagOf((yield* whileOpen(second.open, second.cancelSome(1))).result), "GoodsHandedOver")
  }))

  test("a key is not given to an order that is being cancelled", Effect.gen(function*() {
    const { cancel, come, keys } = yield* programs
    const { made, result } = yield* whileOpen(cancel, come)
    assert.deepStrictEqual([made.status, tagOf(result)], ["cancelled", "done"])
    assert.deepStrictEqual(yield* keys, [])
  }))

  test("a key that is there is not given to an order that is paid and being cancelled", Effect.gen(function*() {
    const licenses = yield* LicenseKeys
    const orders = yield* Orders
    const { variantId } = yield* Shop.product({ title: "Plans", ...immaterial })
    yield* staff(licenses.setPool(variantId, { gives: true }))
    yield* staff(licenses.import(variantId, { keys: "KEY-1\nKEY-2" }))
    const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
    const as = Actor.as(Actor.guest({ orderToken: token }))
    const { made } = yield* whileOpen(as(orders.cancel(order.id)), drain)
    assert.strictEqual(made.status, "cancelled")
    yield* drain
    assert.deepStrictEqual((yield* as(licenses.ofOrder(order.id))).filter(({ key }) => key !== null), [])
    assert.deepInclude(yield* staff(licenses.pool(variantId)), { free: 2, given: 0, waiting: 0 })
  }))

  test("an order is not cancelled while it is given its keys", Effect.gen(function*() {
    const { cancel, come, keys } = yield* programs
    const { result } = yield* whileOpen(come, cancel)
    assert.strictEqual(tagOf(result), "GoodsHandedOver")
    assert.deepStrictEqual(yield* keys, ["KEY-1", "KEY-2"])
  }))

  test("of two pieces of which one is being cancelled one is given a key", Effect.gen(function*() {
    const { cancelSome, come, keys } = yield* programs
    yield* whileOpen(cancelSome(1), come)
    assert.lengthOf(yield* keys, 1)
  }))
})
