/**
 * Files of a shop, on every storage of what is known of them. Where their bytes lie is `mediaStorageConformance`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Catalog } from "../catalog/Catalog.ts"
import { CatalogFiles } from "../catalog/CatalogFiles.ts"
import type { ProductImage } from "../catalog/Product.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { FileContent } from "../media/ArrivingFile.ts"
import { type MediaRefused, MediaStorageFailed, type MediaTooLarge } from "../media/MediaErrors.ts"
import { make, MediaLibrary } from "../media/MediaLibrary.ts"
import { type MediaOptions, MediaSettings, settings } from "../media/MediaSettings.ts"
import type { MediaStorage } from "../media/MediaStorage.ts"
import { Stores } from "../stores/Stores.ts"
import * as MemoryMedia from "./MemoryMedia.ts"
import * as Pictures from "./Pictures.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const clerk = Actor.as(Actor.staff("user_clerk", ["media:read", "media:write"]))
const keeping = Actor.staff("user_keeper", ["catalog:read", "catalog:write"])
const keeper = Actor.as(keeping)
const asKeeper = Stream.provideService(Actor.CurrentActor, keeping)
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const collect = system(Effect.flatMap(Jobs, (jobs) => jobs.runCron("media.collect")))

/** The last part of an address. */
const nameIn = (url: string | null): string => (url ?? "").replace(/^.*\//, "").replace(/\?.*$/, "")

const proofIn = (url: string) => {
  const { searchParams } = new URL(url, "http://shop.test")
  return { expires: Number(searchParams.get("expires")), signature: searchParams.get("signature") ?? "" }
}

const text = (bytes: ReadonlyArray<Uint8Array>) => Buffer.concat([...bytes]).toString("latin1")

const read = Effect.fnUntraced(function*(fileName: string, proof = {}) {
  const media = yield* MediaLibrary
  return text(yield* Stream.runCollect(media.content(fileName, proof)))
})

export const mediaSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (memory: MemoryMedia.MemoryMedia) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    options: Omit<MediaOptions, "storage"> & { readonly storage?: (memory: MediaStorage) => MediaStorage } = {}
  ) =>
    it.effect(name, () =>
      Effect.suspend(() => {
        const memory = MemoryMedia.make()
        const { storage = (memory) => memory, ...more } = options
        return Effect.provide(
          body(memory),
          Shop.layer(harness.storage(), { media: { storage: storage(memory.storage), ...more } })
        )
      }))

  describe(`files, on ${harness.name}`, () => {
    test("are what their bytes say, are kept without what a camera wrote, and are read by whoever has the address", ({ files }) =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const photo = yield* clerk(media.upload(Pictures.jpeg(40, 30, 6), { name: "board.png", alt: "A board" }))
        assert.deepInclude(photo, {
          contentType: "image/jpeg",
          name: "board.png",
          alt: "A board",
          visibility: "public",
          width: 30,
          height: 40,
          animated: false,
          renditionState: "none"
        })
        assert.strictEqual(photo.url, `/api/v1/media/${photo.id.slice(6)}.jpg`)
        const kept = yield* Actor.as(Actor.guest())(read(nameIn(photo.url)))
        assert.strictEqual(kept.length, photo.bytes)
        assert.notInclude(kept, "52.5163")
        assert.include(kept, "Exif")
        const pieces = async function*() {
          for (const byte of Pictures.png(3, 2, { texts: ["52.5163"] })) yield Buffer.from([byte])
        }
        const drawing = yield* clerk(media.upload(pieces()))
        assert.deepInclude(drawing, { contentType: "image/png", width: 3, height: 2, name: null })
        assert.notInclude(yield* read(nameIn(drawing.url)), "52.5163")
        const terms = yield* clerk(media.upload(Buffer.from("%PDF-1.7 terms"), { name: "terms.pdf" }))
        assert.deepInclude(terms, { contentType: "application/pdf", width: null, bytes: 14 })
        const opened = yield* media.open(nameIn(terms.url))
        assert.strictEqual(opened.disposition, "attachment; filename=\"terms.pdf\"; filename*=UTF-8''terms.pdf")
        assert.strictEqual(yield* read(nameIn(terms.url), { offset: 5, length: 3 }), "1.7")
        assert.strictEqual(files.size, 3)
        const { items } = yield* clerk(media.list({ contentType: "image/png" }))
        assert.deepStrictEqual(items.map(({ id }) => id), [drawing.id])
      }))

    test(
      "that are something else, broken, or too large are refused, and nothing of them is kept",
      ({ files }) =>
        Effect.gen(function*() {
          const media = yield* MediaLibrary
          const whole = Pictures.png(4, 4)
          const refusals: ReadonlyArray<readonly [content: FileContent, reason: MediaRefused["reason"]]> = [
            [Buffer.alloc(0), "empty"],
            [Buffer.from("MZ\x90 a program"), "unknown"],
            [Buffer.from("<html><script>alert(1)</script>"), "unknown"],
            [Buffer.from("<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>"), "svg"],
            [Buffer.from("\0\0\0\x18ftypavif\0\0\0\0avifmif1", "latin1"), "avif"],
            [whole.subarray(0, 40), "incomplete"],
            [Buffer.concat([whole.subarray(0, 20), Buffer.alloc(60)]), "damaged"],
            [Pictures.jpeg(4, 4).subarray(0, -2), "incomplete"],
            [(async function*() {
              yield whole.subarray(0, 30)
              throw new Error("hung up")
            })(), "incomplete"]
          ]
          for (const [content, reason] of refusals) {
            const refused = yield* Effect.flip(clerk(media.upload(content)))
            assert.deepInclude(refused, { _tag: "MediaRefused", reason })
          }
          const endless = async function*() {
            yield Buffer.from("%PDF-1.7")
            while (true) yield Buffer.alloc(500)
          }
          const large: ReadonlyArray<readonly [content: FileContent, measure: MediaTooLarge["measure"], limit: number]> = [
            [Pictures.png(4, 4, { texts: ["x".repeat(3_000)] }), "bytes", 2_000],
            [endless(), "bytes", 5_000],
            [Pictures.png(1, 1, { says: { width: 40_000, height: 40_000 } }), "side", 16_384],
            [Pictures.png(1, 1, { says: { width: 16_000, height: 16_000 } }), "pixels", 1_000],
            [Pictures.gif(100), "pixels", 50]
          ]
          for (const [content, measure, limit] of large) {
            const refused = yield* Effect.flip(clerk(media.upload(content)))
            if (measure === "pixels") assert.deepInclude(refused, { _tag: "MediaTooLarge", measure })
            else assert.deepInclude(refused, { _tag: "MediaTooLarge", measure, limit })
          }
          assert.strictEqual(files.size, 0)
          assert.deepStrictEqual((yield* clerk(media.list())).items, [])
        }),
      { imageBytes: 2_000, fileBytes: 5_000, pixels: 90 }
    )

    test(
      "that are pictures and arrive slowly do not keep others waiting",
      () =>
        Effect.gen(function*() {
          const media = yield* MediaLibrary
          const picture = Pictures.png(4, 4, { texts: ["x".repeat(3_000)] })
          let begin = () => {}
          const begun = new Promise<void>((resolve) => begin = resolve)
          let arrive = () => {}
          const rest = new Promise<void>((resolve) => arrive = resolve)
          const slow = yield* Effect.forkChild(clerk(media.upload((async function*() {
            yield picture.subarray(0, 2_000)
            begin()
            await rest
            yield picture.subarray(2_000)
          })())))
          yield* Effect.promise(() => begun)
          assert.strictEqual((yield* clerk(media.upload(Pictures.png(3, 3)))).width, 3)
          arrive()
          assert.strictEqual((yield* Fiber.join(slow)).width, 4)
        }),
      { atOnce: 1 }
    )

    test("are for those who may, and stay in their store", () =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const photo = yield* clerk(media.upload(Pictures.png(2, 2)))
        const guest = Actor.as(Actor.guest())
        assert.strictEqual((yield* Effect.flip(guest(media.upload(Pictures.png(2, 2)))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(guest(media.requestUpload({ bytes: 1 }))))._tag, "Unauthenticated")
        const reader = Actor.as(Actor.staff("user_reader", ["media:read"]))
        assert.strictEqual((yield* reader(media.get(photo.id))).id, photo.id)
        assert.strictEqual((yield* Effect.flip(reader(media.delete(photo.id))))._tag, "Forbidden")
        const other = yield* system(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" })))
        const there = within(other.id)
        assert.deepStrictEqual((yield* there(clerk(media.list()))).items, [])
        assert.strictEqual((yield* Effect.flip(there(clerk(media.get(photo.id)))))._tag, "MediaNotFound")
        assert.strictEqual((yield* Effect.flip(there(media.open(nameIn(photo.url)))))._tag, "MediaNotFound")
        assert.strictEqual((yield* Effect.flip(there(clerk(media.delete(photo.id)))))._tag, "MediaNotFound")
        assert.strictEqual((yield* Effect.flip(media.open("../../etc/passwd")))._tag, "MediaNotFound")
        assert.strictEqual((yield* Effect.flip(media.open(`${photo.id.slice(6)}.jpg`)))._tag, "MediaNotFound")
      }))

    test("that are private are read by a signed address, of this file in this store and for a time", () =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const book = yield* clerk(media.upload(Buffer.from("%PDF-1.7 book"), { visibility: "private", name: "Büch.pdf" }))
        const second = yield* clerk(media.upload(Buffer.from("%PDF-1.7 two"), { visibility: "private" }))
        assert.strictEqual(book.url, null)
        const { expiresAt, url } = yield* clerk(media.signDownload(book.id, { expiresInSeconds: 60 }))
        assert.strictEqual(expiresAt, "1970-01-01T00:01:00.000Z")
        const fileName = nameIn(url)
        const proof = proofIn(url)
        assert.strictEqual(yield* read(fileName, proof), "%PDF-1.7 book")
        assert.strictEqual(
          (yield* media.open(fileName, proof)).disposition,
          "attachment; filename=\"B_ch.pdf\"; filename*=UTF-8''B%C3%BCch.pdf"
        )
        const forged = [
          {},
          { expires: proof.expires },
          { ...proof, expires: proof.expires + 1 },
          { ...proof, signature: `A${proof.signature.slice(1)}x` },
          { ...proof, signature: "" }
        ]
        for (const wrong of forged) {
          assert.strictEqual((yield* Effect.flip(media.open(fileName, wrong)))._tag, "MediaNotFound")
        }
        const unsigned = yield* Effect.flip(media.open(`${second.id.slice(6)}.pdf`, proof))
        assert.strictEqual(unsigned._tag, "MediaNotFound")
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* Effect.flip(media.open(fileName, proof)))._tag, "DownloadExpired")
      }))

    test("are sent to an address that is good for one file of the size that was said, and for an hour", ({ files }) =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const picture = Pictures.png(5, 5)
        const ticket = yield* clerk(media.requestUpload({ bytes: picture.length, name: "five.png", alt: "Five" }))
        const token = nameIn(ticket.url)
        const guest = Actor.as(Actor.guest())
        assert.strictEqual((yield* Effect.flip(guest(media.receiveUpload("put_wrong", picture))))._tag, "UploadNotFound")
        const longer = Buffer.concat([picture, Buffer.alloc(1)])
        assert.strictEqual((yield* Effect.flip(guest(media.receiveUpload(token, longer))))._tag, "MediaTooLarge")
        assert.strictEqual((yield* Effect.flip(clerk(media.completeUpload(ticket.id))))._tag, "MediaFileMissing")
        yield* guest(media.receiveUpload(token, picture))
        assert.deepStrictEqual((yield* clerk(media.list())).items, [])
        const completed = yield* Effect.all(
          [Effect.exit(clerk(media.completeUpload(ticket.id))), Effect.exit(clerk(media.completeUpload(ticket.id)))],
          { concurrency: 2 }
        )
        assert.strictEqual(completed.filter(({ _tag }) => _tag === "Success").length, 1)
        const { items: [photo] } = yield* clerk(media.list())
        assert.deepInclude(photo, { width: 5, name: "five.png", alt: "Five" })
        assert.strictEqual(files.size, 1)
        assert.strictEqual((yield* Effect.flip(guest(media.receiveUpload(token, picture))))._tag, "UploadNotFound")
        // what is refused is gone, and what nobody completes is collected
        const bad = yield* clerk(media.requestUpload({ bytes: 20 }))
        yield* media.receiveUpload(nameIn(bad.url), Buffer.from("MZ is a program"))
        assert.strictEqual((yield* Effect.flip(clerk(media.completeUpload(bad.id))))._tag, "MediaRefused")
        assert.strictEqual((yield* Effect.flip(clerk(media.completeUpload(bad.id))))._tag, "UploadNotFound")
        const late = yield* clerk(media.requestUpload({ bytes: picture.length }))
        yield* media.receiveUpload(nameIn(late.url), picture)
        assert.strictEqual(files.size, 2)
        yield* TestClock.adjust("61 minutes")
        assert.strictEqual((yield* Effect.flip(clerk(media.completeUpload(late.id))))._tag, "UploadNotFound")
        yield* TestClock.adjust("25 hours")
        yield* collect
        assert.strictEqual(files.size, 1)
      }))

    test("that are sent to an address once more, after they were made files of the shop, are collected", ({ files, storage }) =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const picture = Pictures.png(5, 5)
        const sent = yield* clerk(media.requestUpload({ bytes: picture.length }))
        let arrive = () => {}
        const rest = new Promise<void>((resolve) => arrive = resolve)
        let begin = () => {}
        const begun = new Promise<void>((resolve) => begin = resolve)
        const late = yield* Effect.forkChild(media.receiveUpload(nameIn(sent.url), (async function*() {
          yield picture.subarray(0, 20)
          begin()
          await rest
          yield picture.subarray(20)
        })()))
        yield* Effect.promise(() => begun)
        yield* media.receiveUpload(nameIn(sent.url), picture)
        yield* clerk(media.completeUpload(sent.id))
        arrive()
        yield* Fiber.join(late)
        assert.strictEqual(files.size, 2)
        // where browsers send to the storage itself nobody asks the shop
        const refused = yield* clerk(media.requestUpload({ bytes: 20 }))
        yield* media.receiveUpload(nameIn(refused.url), Buffer.from("MZ is a program"))
        const [incoming = ""] = [...files.keys()].slice(-1)
        yield* Effect.flip(clerk(media.completeUpload(refused.id)))
        yield* storage.put(incoming, Stream.make(picture), { contentType: "image/png" })
        yield* TestClock.adjust("26 hours")
        yield* collect
        assert.strictEqual(files.size, 1)
        assert.strictEqual((yield* clerk(media.list())).items.length, 1)
      }))

    test("say what they show in any language, for whoever has the newest version", () =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const { id } = yield* clerk(media.upload(Pictures.png(2, 2)))
        const changed = yield* clerk(media.update(id, { alt: "A board", altTexts: { de: "Ein Brett" }, version: 1 }))
        assert.deepInclude(changed, { alt: "A board", altTexts: { de: "Ein Brett" }, version: 2 })
        assert.strictEqual((yield* Effect.flip(clerk(media.update(id, { alt: "", version: 1 }))))._tag, "VersionConflict")
        const wrong = yield* Effect.flip(clerk(media.update(id, { altTexts: { "not a language": "x" } })))
        assert.strictEqual(wrong._tag, "InvalidInput")
        assert.deepStrictEqual(yield* clerk(media.get(id)), changed)
      }))

    test(
      "that are pictures get their sizes in the background, never wider than they are",
      ({ files }) =>
        Effect.gen(function*() {
          const media = yield* MediaLibrary
          const photo = yield* clerk(media.upload(Pictures.png(100, 50)))
          const small = yield* clerk(media.upload(Pictures.png(20, 10)))
          const broken = yield* clerk(media.upload(Pictures.png(13, 13)))
          assert.deepInclude(photo, { renditionState: "waiting", renditions: [] })
          yield* drain
          const made = yield* clerk(media.get(photo.id))
          assert.strictEqual(made.renditionState, "ready")
          assert.strictEqual(made.version, photo.version)
          assert.deepStrictEqual(
            made.renditions.map(({ contentType, height, width }) => [contentType, width, height]),
            [["image/avif", 40, 20], ["image/avif", 80, 40], ["image/webp", 40, 20], ["image/webp", 80, 40]]
          )
          assert.strictEqual(yield* read(nameIn(made.renditions[1]?.url ?? "")), "avif 80")
          assert.deepStrictEqual((yield* clerk(media.get(small.id))).renditions.map(({ width }) => width), [20, 20])
          assert.deepInclude(yield* clerk(media.get(broken.id)), { renditionState: "failed", renditions: [] })
          assert.strictEqual(yield* read(nameIn(broken.url)), Pictures.png(13, 13).toString("latin1"))
          assert.strictEqual(files.size, 3 + 4 + 2)
          assert.strictEqual((yield* clerk(media.render(photo.id))).renditionState, "waiting")
          yield* clerk(media.delete(photo.id))
          assert.strictEqual(files.size, 2 + 2)
          yield* drain
          assert.strictEqual(files.size, 2 + 2)
        }),
      { images: MemoryMedia.images, widths: [80, 40] }
    )

    test(
      "are shown by products, in their order and sizes, as they are now",
      () =>
        Effect.gen(function*() {
          const media = yield* MediaLibrary
          const catalog = yield* Catalog
          const first = yield* clerk(media.upload(Pictures.png(100, 50), { alt: "A board" }))
          const second = yield* clerk(media.upload(Pictures.png(20, 10)))
          const outside = { url: "https://example.com/1.jpg", alt: "One" }
          const product = yield* keeper(catalog.createProduct({
            title: "Board",
            images: [{ mediaId: first.id }, outside, { mediaId: first.id }],
            variants: [{ price: Shop.usd(100) }]
          }))
          assert.deepInclude(product.images[0], { mediaId: first.id, url: first.url ?? "", alt: "A board", width: 100, renditions: [] })
          assert.deepStrictEqual(product.images[1], outside)
          assert.strictEqual(product.images.length, 2)
          // what becomes of a file is seen at once, and is no change of the product
          yield* drain
          yield* clerk(media.update(first.id, { alt: "A walnut board", altTexts: { de: "Ein Brett" } }))
          const guest = Actor.as(Actor.guest())
          const page = yield* guest(catalog.getProduct(product.id))
          assert.strictEqual(page.version, product.version)
          assert.deepInclude(page.images[0], { alt: "A walnut board", altTexts: { de: "Ein Brett" } })
          assert.deepStrictEqual(page.images[0]?.renditions?.map(({ width }) => width), [40, 80, 40, 80])
          const { items } = yield* guest(catalog.listProducts())
          assert.deepStrictEqual(items[0]?.image, page.images[0])
          // it is shown, so it stays
          assert.strictEqual((yield* Effect.flip(clerk(media.delete(first.id))))._tag, "MediaInUse")
          assert.deepStrictEqual((yield* clerk(media.list({ unused: true }))).items.map(({ id }) => id), [second.id])
          // order
          const added = yield* keeper(catalog.addImage(product.id, { mediaId: second.id, position: 0, version: 1 }))
          const idsOf = (images: ReadonlyArray<ProductImage>) => images.map(({ mediaId, url }) => mediaId ?? url)
          assert.deepStrictEqual(idsOf(added.images), [second.id, first.id, outside.url])
          const moved = yield* keeper(catalog.addImage(product.id, { mediaId: second.id }))
          assert.deepStrictEqual(idsOf(moved.images), [first.id, outside.url, second.id])
          assert.deepStrictEqual((yield* guest(catalog.getProduct(product.id))).images, moved.images)
          const turned = yield* keeper(catalog.updateProduct(product.id, { images: [outside, { mediaId: first.id }] }))
          assert.deepStrictEqual(idsOf(turned.images), [outside.url, first.id])
          const stale = yield* Effect.flip(keeper(catalog.addImage(product.id, { mediaId: second.id, version: 1 })))
          assert.strictEqual(stale._tag, "VersionConflict")
          const taken = yield* keeper(catalog.removeImage(product.id, first.id))
          assert.deepStrictEqual(taken.images, [outside])
          assert.strictEqual((yield* Effect.flip(keeper(catalog.removeImage(product.id, first.id))))._tag, "MediaNotFound")
          yield* clerk(media.delete(first.id))
          // what a product that is gone has shown is free
          yield* keeper(catalog.updateProduct(product.id, { images: [{ mediaId: second.id }] }))
          yield* keeper(catalog.deleteProduct(product.id))
          yield* clerk(media.delete(second.id))
        }),
      { images: MemoryMedia.images, widths: [40, 80] }
    )

    test("are shown only if they are public pictures of the store, and stay what they are in files of products", () =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const catalog = yield* Catalog
        const files = yield* CatalogFiles
        const photo = yield* clerk(media.upload(Pictures.png(4, 4), { alt: "A mug" }))
        const secret = yield* clerk(media.upload(Pictures.png(4, 4), { visibility: "private" }))
        const terms = yield* clerk(media.upload(Buffer.from("%PDF-1.7")))
        const mug = yield* keeper(catalog.createProduct({
          title: "Mug",
          images: [{ mediaId: photo.id }],
          variants: [{ price: Shop.usd(100), sku: "MUG" }]
        }))
        for (const { id } of [secret, terms]) {
          assert.strictEqual((yield* Effect.flip(keeper(catalog.addImage(mug.id, { mediaId: id }))))._tag, "MediaNotFound")
        }
        const other = yield* system(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" })))
        const elsewhere = within(other.id)(keeper(catalog.createProduct({
          title: "Mug",
          images: [{ mediaId: photo.id }],
          variants: [{ price: Shop.usd(100) }]
        })))
        assert.strictEqual((yield* Effect.flip(elsewhere))._tag, "MediaNotFound")
        for (const format of ["csv", "json"] as const) {
          const file = (yield* Stream.runCollect(asKeeper(files.exportProducts({ format })))).join("")
          const source = (async function*() {
            yield file
          })()
          const { failures, products } = yield* keeper(files.importProducts(source, { format }))
          assert.deepStrictEqual([failures, products.unchanged], [[], 1], format)
        }
        assert.deepStrictEqual((yield* keeper(catalog.getProduct(mug.id))).images, mug.images)
        assert.strictEqual((yield* Effect.flip(clerk(media.delete(photo.id))))._tag, "MediaInUse")
      }))

    test(
      "whose bytes could not be stored or removed are collected, and are never found",
      ({ files }) =>
        Effect.gen(function*() {
          const media = yield* MediaLibrary
          const failed = yield* Effect.flip(clerk(media.upload(Pictures.png(2, 2), { name: "lost" })))
          assert.strictEqual(failed._tag, "MediaStorageFailed")
          assert.strictEqual(files.size, 1)
          assert.deepStrictEqual((yield* clerk(media.list())).items, [])
          const whole = yield* clerk(media.upload(Pictures.png(2, 2)))
          yield* clerk(media.delete(whole.id))
          assert.strictEqual(files.size, 2)
          assert.strictEqual((yield* Effect.flip(media.open(nameIn(whole.url))))._tag, "MediaNotFound")
          yield* TestClock.adjust("25 hours")
          yield* collect
          assert.strictEqual(files.size, 0)
        }),
      { storage: (memory) => forgetful(memory) }
    )

    test("keep their bytes where the answer to the commit was lost, or nobody waited for it", ({ files, storage }) =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        const transactor = yield* Transactor
        const lost = new StorageError({ operation: "commit", reason: "unreachable" })
        for (const after of [Effect.fail(lost), Effect.interrupt]) {
          const unheard = yield* make.pipe(
            Effect.provideService(MediaSettings, settings({ storage })),
            Effect.provideService(Transactor, {
              ...transactor,
              transaction: (effect) => Effect.andThen(transactor.transaction(effect), after)
            })
          )
          yield* Effect.exit(clerk(unheard.upload(Pictures.png(3, 3))))
        }
        const { items } = yield* clerk(media.list())
        assert.strictEqual(items.length, 2)
        yield* TestClock.adjust("25 hours")
        yield* collect
        assert.strictEqual(files.size, 2)
        for (const { bytes, url } of items) assert.strictEqual((yield* read(nameIn(url))).length, bytes)
      }))

    it.effect("are completed again after nobody waited for it, or the storage broke", () =>
      Effect.gen(function*() {
        const memory = MemoryMedia.make()
        const asked = yield* Deferred.make<void>()
        const answers = [Effect.die("broken"), Effect.andThen(Deferred.succeed(asked, undefined), Effect.never)]
        const storage: MediaStorage = {
          ...memory.storage,
          get: (key, range) => Effect.suspend(() => answers.shift() ?? memory.storage.get(key, range))
        }
        yield* Effect.gen(function*() {
          const media = yield* MediaLibrary
          const picture = Pictures.png(5, 5)
          const { id, url } = yield* clerk(media.requestUpload({ bytes: picture.length }))
          yield* media.receiveUpload(nameIn(url), picture)
          const complete = clerk(media.completeUpload(id))
          assert.isTrue(Exit.hasDies(yield* Effect.exit(complete)))
          const waiting = yield* Effect.forkChild(complete)
          yield* Effect.raceFirst(Deferred.await(asked), Fiber.join(waiting))
          yield* Fiber.interrupt(waiting)
          assert.strictEqual((yield* complete).width, 5)
          assert.strictEqual(memory.files.size, 1)
        }).pipe(Effect.provide(Shop.layer(harness.storage(), { media: { storage } })))
      }))

    it.effect("are kept nowhere unless the shop says where", () =>
      Effect.gen(function*() {
        const media = yield* MediaLibrary
        assert.strictEqual((yield* Effect.flip(clerk(media.upload(Pictures.png(2, 2)))))._tag, "MediaUnavailable")
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}

/** Stores the first file and fails all the same, and does not remove anything the first two times. */
const forgetful = (memory: MediaStorage): MediaStorage => {
  const failure = (operation: string) => new MediaStorageFailed({ storage: "forgetful", operation })
  let puts = 0
  let removals = 0
  return {
    ...memory,
    put: (key, content, options) =>
      Effect.andThen(memory.put(key, content, options), Effect.suspend(() => puts++ === 0 ? Effect.fail(failure("put")) : Effect.void)),
    remove: (keys) => Effect.suspend(() => removals++ < 2 ? Effect.fail(failure("remove")) : memory.remove(keys))
  }
}
