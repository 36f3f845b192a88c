/**
 * The files of a shop.
 *
 * **Details**
 *
 * A file is written down before its bytes are stored and counts once they are, so nothing lies in the storage that the
 * database does not know of. What a process that died has left is collected by a cron job. Pictures are kept without the
 * metadata that cameras write; their sizes are made in the background.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Entropy from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import * as Admission from "./Admission.ts"
import * as ArrivingFile from "./ArrivingFile.ts"
import {
  type ContentType,
  DescribeMedia,
  DownloadProof,
  ListMedia,
  type Media,
  MediaId,
  ReadMedia,
  RequestUpload,
  SignDownload,
  type SignedUrl,
  UpdateMedia,
  UploadId,
  type UploadTicket
} from "./Media.ts"
import * as MediaAddress from "./MediaAddress.ts"
import {
  DownloadExpired,
  type MediaFileMissing,
  MediaInUse,
  MediaNotFound,
  type MediaRefused,
  type MediaStorageFailed,
  MediaTooLarge,
  MediaUnavailable,
  UploadNotFound
} from "./MediaErrors.ts"
import { MediaDeleted, MediaUpdated, MediaUploaded } from "./MediaEvents.ts"
import * as MediaKeys from "./MediaKeys.ts"
import { MediaRepository, type StoredMedia, type StoredUpload } from "./MediaRepository.ts"
import { defaultBaseUrl, MediaSettings } from "./MediaSettings.ts"
import * as MediaSignature from "./MediaSignature.ts"
import type { ByteRange } from "./MediaStorage.ts"
import * as RenditionJob from "./RenditionJob.ts"
import * as Schema from "effect/Schema"

/** A file that is there to be read. */
export interface OpenedMedia {
  readonly contentType: string
  readonly bytes: number
  /** SHA-256 of its bytes in base64url. */
  readonly hash: string
  readonly visibility: Media["visibility"]
  /** For `Content-Disposition`. */
  readonly disposition: string
  /** Seconds since 1970 until which it may be read; `null` for public files. */
  readonly expires: number | null
  readonly read: (range?: ByteRange) => Stream.Stream<Uint8Array, MediaNotFound | MediaStorageFailed>
}

/** Why a file cannot be taken in. */
type Refusal = MediaRefused | MediaTooLarge | MediaUnavailable | MediaStorageFailed

export class MediaLibrary extends Context.Service<MediaLibrary, {
  /**
   * Takes a file in, while it arrives. What it is, its bytes say. Needs `media:write`.
   */
  readonly upload: (
    content: ArrivingFile.FileContent,
    input?: typeof DescribeMedia.Encoded
  ) => Effect.Effect<Media, InvalidInput | Refusal | StorageError | Denied>
  /**
   * An address to send a file to, for browsers that have no other credential, good for an hour. Where the storage takes
   * files itself, the bytes do not pass through the engine. Needs `media:write`.
   */
  readonly requestUpload: (
    input: typeof RequestUpload.Encoded
  ) => Effect.Effect<
    UploadTicket,
    InvalidInput | MediaTooLarge | MediaUnavailable | MediaStorageFailed | StorageError | Denied
  >
  /** Takes the bytes that are sent to such an address, by its token. They are looked at when the upload is completed. */
  readonly receiveUpload: (
    token: string,
    content: ArrivingFile.FileContent
  ) => Effect.Effect<void, InvalidInput | UploadNotFound | Refusal | StorageError>
  /** Makes a file of the shop of what was sent. One that is refused must be sent to a new address. Needs `media:write`. */
  readonly completeUpload: (
    id: string
  ) => Effect.Effect<Media, InvalidInput | UploadNotFound | MediaFileMissing | Refusal | StorageError | Denied>
  /** Files of the shop, the newest first. Needs `media:read`. */
  readonly list: (input?: typeof ListMedia.Encoded) => Effect.Effect<Page<Media>, InvalidInput | StorageError | Denied>
  /** A file of the shop by its id. Needs `media:read`. */
  readonly get: (id: string) => Effect.Effect<Media, InvalidInput | MediaNotFound | StorageError | Denied>
  /**
   * Changes what is said of a file. Fields that are left out stay as they are. Fails with `VersionConflict` if
   * `version` is not the current one. Needs `media:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateMedia.Encoded
  ) => Effect.Effect<Media, InvalidInput | MediaNotFound | VersionConflict | StorageError | Denied>
  /** Deletes a file that no product shows. Needs `media:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | MediaNotFound | MediaInUse | VersionConflict | StorageError | Denied>
  /** Has the sizes of a picture made again, after the widths were changed or it failed. Needs `media:write`. */
  readonly render: (
    id: string
  ) => Effect.Effect<Media, InvalidInput | MediaNotFound | MediaUnavailable | StorageError | Denied>
  /** An address that reads a private file for a time; that of a public one is good for ever. Needs `media:read`. */
  readonly signDownload: (
    id: string,
    input?: typeof SignDownload.Encoded
  ) => Effect.Effect<
    SignedUrl,
    InvalidInput | MediaNotFound | MediaUnavailable | MediaStorageFailed | StorageError | Denied
  >
  /** Finds what an address is of, by the end of it: a public file, or a private one with its proof. For anybody. */
  readonly open: (
    fileName: string,
    proof?: typeof DownloadProof.Encoded
  ) => Effect.Effect<OpenedMedia, InvalidInput | MediaNotFound | DownloadExpired | MediaUnavailable | StorageError>
  /** The bytes of what an address is of, or a part of them. For anybody, as `open` is. */
  readonly content: (
    fileName: string,
    input?: typeof ReadMedia.Encoded
  ) => Stream.Stream<
    Uint8Array,
    InvalidInput | MediaNotFound | DownloadExpired | MediaUnavailable | MediaStorageFailed | StorageError
  >
}>()("@stoa/core/media/MediaLibrary") {}

const decodeDescription = Input.decoder(DescribeMedia)
const decodeRequest = Input.decoder(RequestUpload)
const decodeList = Input.decoder(ListMedia)
const decodeUpdate = Input.decoder(UpdateMedia)
const decodeSign = Input.decoder(SignDownload)
const decodeProof = Input.decoder(DownloadProof)
const decodeRead = Input.decoder(ReadMedia)

const decodeContent = (content: unknown): Effect.Effect<ArrivingFile.FileContent, InvalidInput> =>
  ArrivingFile.isFileContent(content)
    ? Effect.succeed(content)
    : Effect.fail(InvalidInput.at(["content"], "Expected bytes, or an async iterable of them", "not_a_file"))

const checked = Input.textParameters<MediaLibrary["Service"]>({
  receiveUpload: ["token"],
  completeUpload: ["id"],
  get: ["id"],
  update: ["id"],
  delete: ["id"],
  render: ["id"],
  signDownload: ["id"],
  open: ["fileName"]
})

const isMediaId = Schema.is(MediaId)
const isUploadId = Schema.is(UploadId)

/** Whether what was sent is a file of the shop by now, or never will be. */
const isSettled = (exit: Exit.Exit<Media, { readonly _tag: string }>): boolean =>
  Exit.isSuccess(exit)
  || Option.exists(Exit.findErrorOption(exit), ({ _tag }) => _tag === "MediaRefused" || _tag === "MediaTooLarge")

/** For how long an address to send a file to is good. */
const uploadSeconds = 3_600

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("base64url")

export const make = Effect.gen(function*() {
  const repository = yield* MediaRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events
  const jobs = yield* Jobs
  const given = yield* MediaSettings
  const signatures = yield* MediaSignature.make(repository)
  const gate = Semaphore.makeUnsafe(given?.atOnce ?? 1)
  const baseUrl = given?.baseUrl ?? defaultBaseUrl

  const available = given === undefined ? Effect.fail(new MediaUnavailable()) : Effect.succeed(given)
  const toMedia = (stored: StoredMedia): Media => MediaAddress.toMedia(baseUrl, stored)

  const find = Effect.fnUntraced(function*(id: string) {
    const found = isMediaId(id) ? yield* repository.find(id) : undefined
    return found ?? (yield* new MediaNotFound({ media: id }))
  })

  /** Stores a file that is admitted, and makes it one of the shop's. */
  const keep = Effect.fnUntraced(function*<E>(
    settings: NonNullable<typeof given>,
    media: StoredMedia,
    content: Stream.Stream<Uint8Array, E>,
    /** What is known of it once all of it was read. */
    arrived: () => Pick<StoredMedia, "bytes" | "hash">
  ) {
    const storeId = yield* CurrentStore
    const key = MediaKeys.storageKey(storeId, MediaKeys.fileName(media.id, media.contentType))
    // what is not removed now is collected later
    const discard = Effect.ignore(Effect.gen(function*() {
      // who had no answer to the commit, or no time to hear it, may have a file of the shop: it keeps its bytes
      const abandoned = yield* repository.abandon([media.id])
      if (abandoned.length === 0 && (yield* repository.find(media.id)) !== undefined) return
      yield* settings.storage.remove([key])
      yield* repository.forget([media.id])
    }))
    yield* repository.insert(media)
    return yield* Effect.gen(function*() {
      yield* settings.storage.put(key, content, { contentType: media.contentType })
      const whole: StoredMedia = { ...media, ...arrived(), status: "ready" }
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.arrive(whole))) return yield* new MediaNotFound({ media: media.id })
        yield* events.publish([MediaUploaded.make(whole.id, {
          contentType: whole.contentType,
          visibility: whole.visibility,
          bytes: whole.bytes
        })])
        yield* audit.record({
          action: "media.upload",
          subject: whole.id,
          details: { contentType: whole.contentType, bytes: whole.bytes }
        })
        if (whole.renditionState === "waiting") yield* jobs.enqueue(RenditionJob.of(whole))
        return whole
      }))
    }).pipe(
      // it took so long that it was collected
      Effect.catchTag("MediaNotFound", () => Effect.die(new Error("A file was collected while it arrived"))),
      Effect.onError(() => discard)
    )
  })

  const arriving = Effect.fnUntraced(function*(
    contentType: ContentType,
    { alt, name, visibility }: Pick<StoredMedia, "alt" | "name" | "visibility">,
    image: { readonly width: number; readonly height: number; readonly animated: boolean } | undefined,
    rendered: boolean
  ) {
    const at = yield* Timestamp.now
    return {
      id: yield* MediaId.generate,
      status: "arriving",
      contentType,
      visibility,
      name,
      bytes: 0,
      hash: "",
      width: image?.width ?? null,
      height: image?.height ?? null,
      animated: image?.animated ?? false,
      alt,
      altTexts: {},
      renditionState: rendered ? "waiting" : "none",
      renditions: [],
      version: 1,
      createdAt: at,
      updatedAt: at
    } satisfies StoredMedia
  })

  const admit = Effect.fnUntraced(function*(
    settings: NonNullable<typeof given>,
    content: ArrivingFile.FileContent,
    description: Pick<StoredMedia, "alt" | "name" | "visibility">
  ) {
    const { contentType, file } = yield* Admission.open(content, description.visibility)
    if (contentType.startsWith("image/")) {
      // whoever sends slowly keeps nobody else from the gate
      const bytes = yield* Admission.whole(file, settings.imageBytes).pipe(
        Effect.onError(() => Effect.sync(file.abandon))
      )
      return yield* gate.withPermit(Effect.gen(function*() {
        const image = yield* Admission.image(bytes, contentType, settings)
        const rendered = settings.images !== undefined && !image.animated && settings.widths.length > 0
        const media = yield* arriving(contentType, description, image, rendered)
        const hash = hashOf(image.content)
        return yield* keep(settings, media, Stream.make(image.content), () => ({ bytes: image.content.length, hash }))
      }))
    }
    const media = yield* arriving(contentType, description, undefined, false)
    const hash = createHash("sha256")
    let bytes = 0
    const counted = Stream.map(
      Stream.fromAsyncIterable(file.rest(settings.fileBytes), ArrivingFile.failureOf),
      (piece) => {
        hash.update(piece)
        bytes += piece.length
        return piece
      }
    )
    return yield* keep(settings, media, counted, () => ({ bytes, hash: hash.digest("base64url") })).pipe(
      Effect.onError(() => Effect.sync(file.abandon))
    )
  })

  /** Nobody sends a file for ever. */
  const inTime = (settings: NonNullable<typeof given>) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.timeoutOrElse(effect, {
      duration: `${settings.arrivalSeconds} seconds`,
      orElse: () => Effect.fail(ArrivingFile.failureOf(undefined))
    })

  const open = Effect.fn("MediaLibrary.open")(function*(fileName: string, given: typeof DownloadProof.Encoded = {}) {
    const { expires, signature } = yield* decodeProof(given)
    const { storage } = yield* available
    const id = MediaKeys.idOf(fileName)
    const media = id === undefined ? undefined : yield* repository.find(id)
    const unknown = new MediaNotFound({ media: fileName })
    if (media === undefined) return yield* unknown
    const original = MediaKeys.fileName(media.id, media.contentType) === fileName
    const rendition = media.renditions.find(({ name }) => name === fileName)
    if (!original && rendition === undefined) return yield* unknown
    if (media.visibility === "private") {
      if (expires === undefined || signature === undefined) return yield* unknown
      if (!(yield* signatures.isSigned(fileName, expires, signature))) return yield* unknown
      if (expires * 1_000 <= (yield* Clock.currentTimeMillis)) return yield* new DownloadExpired()
    }
    const { bytes, contentType, hash } = rendition ?? media
    const key = MediaKeys.storageKey(yield* CurrentStore, fileName)
    const opened: OpenedMedia = {
      contentType,
      bytes,
      hash,
      visibility: media.visibility,
      disposition: MediaAddress.disposition(contentType, original ? media.name ?? fileName : fileName),
      expires: media.visibility === "private" ? expires ?? null : null,
      read: (range) =>
        Stream.unwrap(Effect.catchTag(storage.get(key, range), "MediaFileMissing", () => Effect.fail(unknown)))
    }
    return opened
  })

  return checked(MediaLibrary.of({
    open,
    content: (fileName, input = {}) =>
      Stream.unwrap(Effect.gen(function*() {
        if (typeof fileName !== "string") return yield* InvalidInput.at(["fileName"], "Expected string", "not_text")
        const { length, offset = 0, ...proof } = yield* decodeRead(input)
        const opened = yield* open(fileName, proof)
        return opened.read({ offset, ...(length === undefined ? {} : { length }) })
      })),

    upload: Effect.fn("MediaLibrary.upload")(function*(content, input = {}) {
      yield* Permission.require("media:write")
      const { alt = "", name = null, visibility = "public" } = yield* decodeDescription(input)
      const file = yield* decodeContent(content)
      const settings = yield* available
      return toMedia(yield* inTime(settings)(admit(settings, file, { alt, name, visibility })))
    }),

    requestUpload: Effect.fn("MediaLibrary.requestUpload")(function*(input) {
      yield* Permission.require("media:write")
      const { alt = "", bytes, name = null, visibility = "public" } = yield* decodeRequest(input)
      const settings = yield* available
      const limit = Math.max(settings.imageBytes, settings.fileBytes)
      if (bytes > limit) return yield* new MediaTooLarge({ measure: "bytes", limit })
      const id = yield* UploadId.generate
      const storeId = yield* CurrentStore
      const expiresAt = Timestamp.fromMillis((yield* Clock.currentTimeMillis) + uploadSeconds * 1_000)
      const { uploadUrl } = settings.storage
      const upload = { id, bytes, visibility, name, alt, expiresAt }
      if (uploadUrl !== undefined) {
        yield* repository.insertUpload({ ...upload, tokenHash: null })
        const { headers, url } = yield* uploadUrl(MediaKeys.incomingKey(storeId, id), { bytes, expiresInSeconds: uploadSeconds })
        return { id, method: "PUT" as const, url, headers, expiresAt }
      }
      const token = yield* Entropy.token("put")
      yield* repository.insertUpload({ ...upload, tokenHash: Secret.hash(token) })
      return { id, method: "PUT" as const, url: `${baseUrl}/uploads/${token}`, headers: {}, expiresAt }
    }),

    receiveUpload: Effect.fn("MediaLibrary.receiveUpload")(function*(token, content) {
      const file = yield* decodeContent(content)
      const settings = yield* available
      const upload = yield* repository.findUploadByToken(Secret.hash(token), yield* Timestamp.now)
      // the token stays out of errors
      if (upload === undefined) return yield* new UploadNotFound({ upload: "of this address" })
      const storeId = yield* CurrentStore
      const arriving = yield* Effect.tryPromise({ try: () => ArrivingFile.open(file, 1), catch: ArrivingFile.failureOf })
      yield* settings.storage.put(
        MediaKeys.incomingKey(storeId, upload.id),
        Stream.fromAsyncIterable(arriving.rest(upload.bytes), ArrivingFile.failureOf),
        { contentType: "application/octet-stream" }
      ).pipe(Effect.onError(() => Effect.sync(arriving.abandon)), inTime(settings))
    }),

    completeUpload: Effect.fn("MediaLibrary.completeUpload")(function*(id) {
      yield* Permission.require("media:write")
      const settings = yield* available
      const unknown = new UploadNotFound({ upload: id })
      if (!isUploadId(id)) return yield* unknown
      const key = MediaKeys.incomingKey(yield* CurrentStore, id)
      const take = Effect.flatMap(Timestamp.now, (now) => repository.takeUpload(id, now))
      return yield* Effect.acquireUseRelease(
        Effect.flatMap(take, (upload) => upload === undefined ? Effect.fail(unknown) : Effect.succeed(upload)),
        Effect.fnUntraced(function*({ alt, name, visibility }: StoredUpload) {
          const content = yield* settings.storage.get(key)
          return toMedia(yield* inTime(settings)(admit(settings, Stream.toAsyncIterable(content), { alt, name, visibility })))
        }),
        // it stays known until it expires, so that what is sent to its address even now is collected
        (_, exit) => Effect.ignore(isSettled(exit) ? settings.storage.remove([key]) : repository.returnUpload(id))
      )
    }),

    list: Effect.fn("MediaLibrary.list")(function*(input = {}) {
      yield* Permission.require("media:read")
      const page = yield* repository.list(yield* decodeList(input))
      return { items: page.items.map(toMedia), nextCursor: page.nextCursor }
    }),

    get: Effect.fn("MediaLibrary.get")(function*(id) {
      yield* Permission.require("media:read")
      return toMedia(yield* find(id))
    }),

    update: Effect.fn("MediaLibrary.update")(function*(id, input) {
      yield* Permission.require("media:write")
      const { version, ...fields } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const media = yield* find(id)
        const changed: StoredMedia = {
          ...media,
          ...fields,
          version: media.version + 1,
          updatedAt: yield* Timestamp.now
        }
        if ((version !== undefined && version !== media.version) || !(yield* repository.update(changed))) {
          return yield* new VersionConflict({ id: media.id, expected: version ?? media.version })
        }
        yield* events.publish([MediaUpdated.make(media.id, { version: changed.version })])
        yield* audit.record({ action: "media.update", subject: media.id, details: { fields: Object.keys(fields) } })
        return toMedia(changed)
      }))
    }),

    delete: Effect.fn("MediaLibrary.delete")(function*(id, options = {}) {
      yield* Permission.require("media:write")
      const { version } = yield* decodeAtVersion(options)
      const media = yield* transactor.transaction(Effect.gen(function*() {
        const media = yield* find(id)
        const left = yield* repository.leave(media.id, version)
        if (left === "used") return yield* new MediaInUse({ media: media.id })
        if (!left) {
          return yield* version === undefined
            ? new MediaNotFound({ media: id })
            : new VersionConflict({ id: media.id, expected: version })
        }
        yield* events.publish([MediaDeleted.make(media.id, { contentType: media.contentType })])
        yield* audit.record({ action: "media.delete", subject: media.id, details: { name: media.name } })
        return media
      }))
      if (given === undefined) return
      const storeId = yield* CurrentStore
      // what is not removed now is collected later
      yield* Effect.ignore(Effect.andThen(
        given.storage.remove(RenditionJob.allKeys(storeId, media, given.widths)),
        repository.forget([media.id])
      ))
    }),

    render: Effect.fn("MediaLibrary.render")(function*(id) {
      yield* Permission.require("media:write")
      const { images, widths } = yield* available
      return yield* transactor.transaction(Effect.gen(function*() {
        const media = yield* find(id)
        if (images === undefined || media.width === null || media.animated || widths.length === 0) return toMedia(media)
        // until others are made those that are there stay
        yield* repository.render(media.id, "waiting", media.renditions)
        yield* jobs.enqueue(RenditionJob.of(media))
        yield* audit.record({ action: "media.render", subject: media.id })
        return toMedia({ ...media, renditionState: "waiting" })
      }))
    }),

    signDownload: Effect.fn("MediaLibrary.signDownload")(function*(id, input = {}) {
      yield* Permission.require("media:read")
      const { expiresInSeconds = 3_600 } = yield* decodeSign(input)
      const { storage } = yield* available
      const media = yield* find(id)
      const expires = Math.floor((yield* Clock.currentTimeMillis) / 1_000) + expiresInSeconds
      const expiresAt = Timestamp.fromMillis(expires * 1_000)
      const fileName = MediaKeys.fileName(media.id, media.contentType)
      const address = MediaAddress.addressOf(baseUrl, media)
      if (address !== null) return { url: address, expiresAt }
      if (storage.downloadUrl !== undefined) {
        const url = yield* storage.downloadUrl(MediaKeys.storageKey(yield* CurrentStore, fileName), {
          expiresInSeconds,
          contentType: media.contentType,
          disposition: MediaAddress.disposition(media.contentType, media.name ?? fileName)
        })
        return { url, expiresAt }
      }
      const signature = yield* signatures.sign(fileName, expires)
      return { url: `${baseUrl}/${fileName}?expires=${expires}&signature=${signature}`, expiresAt }
    })
  }))
})

export const layer: Layer.Layer<MediaLibrary, never, MediaRepository | Transactor | AuditLog | Events | Jobs> = Layer
  .effect(MediaLibrary, make)
