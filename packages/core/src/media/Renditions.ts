/**
 * Makes the sizes of pictures in the background, and collects what nobody will read any more.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import type { ImageProcessor } from "./ImageProcessor.ts"
import type { MediaId } from "./Media.ts"
import { MediaRefused } from "./MediaErrors.ts"
import { MediaRendered } from "./MediaEvents.ts"
import * as MediaKeys from "./MediaKeys.ts"
import { MediaRepository, type StoredMedia, type StoredRendition } from "./MediaRepository.ts"
import { MediaSettings } from "./MediaSettings.ts"
import * as RenditionJob from "./RenditionJob.ts"

/** Longer than a file may take to arrive. */
const forlornAfter = 86_400_000

/** How much is collected at once, and how often in a row. */
const collected = 100
const rounds = 100

export const layer: Layer.Layer<never, never, MediaRepository | StoreRepository | Transactor | Events | Jobs> = Layer
  .effectDiscard(Effect.gen(function*() {
    const repository = yield* MediaRepository
    const stores = yield* StoreRepository
    const transactor = yield* Transactor
    const events = yield* Events
    const jobs = yield* Jobs
    const settings = yield* MediaSettings

    const conclude = (id: MediaId, state: StoredMedia["renditionState"], renditions: ReadonlyArray<StoredRendition>) =>
      transactor.transaction(Effect.gen(function*() {
        const kept = yield* repository.render(id, state, renditions)
        if (kept && state === "ready") {
          yield* events.publish([MediaRendered.make(id, { renditions: renditions.length })])
        }
        return kept
      }))

    const make = Effect.fnUntraced(function*(media: StoredMedia, width: number, images: ImageProcessor) {
      if (settings === undefined) return []
      const storeId = yield* CurrentStore
      const { pixels, storage, widths } = settings
      const key = MediaKeys.storageKey(storeId, MediaKeys.fileName(media.id, media.contentType))
      const original = Buffer.concat(yield* Stream.runCollect(yield* storage.get(key)))
      const renditions: Array<StoredRendition> = []
      for (const format of RenditionJob.formats) {
        for (const wanted of RenditionJob.widthsOf(width, widths)) {
          const rendered = yield* images.render(original, { width: wanted, format, pixels })
          const contentType = `image/${format}` as const
          const name = MediaKeys.renditionName(media.id, wanted, format)
          yield* storage.put(MediaKeys.storageKey(storeId, name), Stream.make(rendered.content), { contentType })
          renditions.push({
            name,
            contentType,
            width: rendered.width,
            height: rendered.height,
            bytes: rendered.content.length,
            hash: createHash("sha256").update(rendered.content).digest("base64url")
          })
        }
      }
      return renditions
    })

    yield* jobs.handle({
      name: RenditionJob.jobName,
      payload: RenditionJob.Payload,
      run: Effect.fnUntraced(function*({ contentType, mediaId, width }) {
        if (settings === undefined) return
        const gone = { id: mediaId, contentType, width, renditions: [] }
        const media = yield* repository.find(mediaId)
        if (media === undefined || media.width === null) {
          return yield* settings.storage.remove(RenditionJob.allKeys(yield* CurrentStore, gone, settings.widths))
        }
        // this process was started without what makes them
        if (settings.images === undefined) return void (yield* conclude(mediaId, "none", []))
        const made = yield* Effect.catchTag(
          make(media, media.width, settings.images),
          "MediaRefused",
          (refused) => Effect.succeed(refused)
        )
        const kept = made instanceof MediaRefused
          ? yield* conclude(mediaId, "failed", [])
          : yield* conclude(mediaId, "ready", made)
        // deleted meanwhile
        if (!kept) {
          yield* settings.storage.remove(RenditionJob.allKeys(yield* CurrentStore, media, settings.widths))
        }
      })
    })

    if (settings === undefined) return
    const { storage, widths } = settings

    const collectFiles = Effect.fnUntraced(function*(before: Timestamp.Timestamp) {
      const storeId = yield* CurrentStore
      for (let round = 0; round < rounds; round++) {
        const forlorn = yield* repository.forlorn(before, collected)
        // one that became ready in this moment keeps its bytes
        const abandoned = new Set(yield* repository.abandon(forlorn.map(({ id }) => id)))
        const gone = forlorn.filter(({ id }) => abandoned.has(id))
        yield* storage.remove(gone.flatMap((media) => RenditionJob.allKeys(storeId, media, widths)))
        yield* repository.forget(gone.map(({ id }) => id))
        if (forlorn.length < collected) return
      }
    })

    const collectUploads = Effect.fnUntraced(function*(before: Timestamp.Timestamp) {
      const storeId = yield* CurrentStore
      for (let round = 0; round < rounds; round++) {
        const expired = yield* repository.expiredUploads(before, collected)
        yield* storage.remove(expired.map((id) => MediaKeys.incomingKey(storeId, id)))
        yield* repository.deleteUploads(expired)
        if (expired.length < collected) return
      }
    })

    yield* jobs.cron({
      name: "media.collect",
      cron: "43 * * * *",
      run: forEachStore(
        stores,
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const before = Timestamp.fromMillis(now - forlornAfter)
          return Effect.andThen(collectFiles(before), collectUploads(before))
        })
      )
    })
  }))
