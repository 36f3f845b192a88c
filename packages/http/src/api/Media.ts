import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  DescribeMedia,
  DownloadProof,
  ListMedia,
  Media,
  RequestUpload,
  SignDownload,
  SignedUrl,
  UpdateMedia,
  UploadTicket
} from "@stoa/core/media/Media"
import {
  DownloadExpired,
  MediaFileMissing,
  MediaInUse,
  MediaNotFound,
  MediaRefused,
  MediaStorageFailed,
  MediaTooLarge,
  MediaUnavailable,
  UploadNotFound
} from "@stoa/core/media/MediaErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const MediaPage = page("MediaPage", Media)

/** What a file says it is; what it is, its bytes say. */
const file = HttpApiSchema.StreamUint8Array({
  contentType: [
    "application/octet-stream",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/svg+xml",
    "application/pdf",
    "application/zip",
    "application/x-zip-compressed",
    "application/epub+zip",
    "audio/mpeg",
    "video/mp4"
  ]
})

const refusals = [MediaRefused, MediaTooLarge, MediaUnavailable, MediaStorageFailed] as const

const reads: Traits = { access: "staff", permission: "media:read" }
const writes: Traits = { access: "staff", permission: "media:write" }

/** Files, for those who keep them. */
export class AdminMediaGroup extends HttpApiGroup.make("adminMedia").add(
  HttpApiEndpoint.get("list", "/admin/media", { query: ListMedia, success: MediaPage }).annotateMerge(
    operation("List files, the newest first", reads)
  ),
  HttpApiEndpoint.post("upload", "/admin/media", {
    query: DescribeMedia,
    payload: file,
    success: Media.pipe(HttpApiSchema.status(201)),
    error: problems(...refusals)
  }).annotateMerge(
    operation("Upload a file: its bytes are the body. What it is, its bytes say", { ...writes, body: "stream" })
  ),
  HttpApiEndpoint.post("requestUpload", "/admin/media/upload-url", {
    payload: RequestUpload,
    success: UploadTicket.pipe(HttpApiSchema.status(201)),
    error: problems(MediaTooLarge, MediaUnavailable, MediaStorageFailed)
  }).annotateMerge(operation("Ask for an address to send a file to, good for an hour", writes)),
  HttpApiEndpoint.post("completeUpload", "/admin/media/uploads/:id/complete", {
    params: byId,
    success: Media.pipe(HttpApiSchema.status(201)),
    error: problems(UploadNotFound, MediaFileMissing, ...refusals)
  }).middleware(Idempotent).annotateMerge(
    operation("Make a file of the shop of what was sent to such an address", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.get("get", "/admin/media/:id", {
    params: byId,
    success: Media,
    error: problems(MediaNotFound)
  }).annotateMerge(operation("See what is known of a file", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/media/:id", {
    params: byId,
    payload: UpdateMedia,
    success: Media,
    error: problems(MediaNotFound, VersionConflict)
  }).annotateMerge(
    operation("Say what a file is called and what it shows, in any language", { ...writes, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.delete("delete", "/admin/media/:id", {
    params: byId,
    error: problems(MediaNotFound, MediaInUse, VersionConflict)
  }).annotateMerge(operation("Delete a file that no product shows", { ...writes, conditional: true })),
  HttpApiEndpoint.post("render", "/admin/media/:id/renditions", {
    params: byId,
    success: Media.pipe(HttpApiSchema.status(202)),
    error: problems(MediaNotFound, MediaUnavailable)
  }).middleware(Idempotent).annotateMerge(
    operation("Have the sizes of a picture made again", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.post("signDownload", "/admin/media/:id/download-url", {
    params: byId,
    payload: SignDownload,
    success: SignedUrl,
    error: problems(MediaNotFound, MediaUnavailable, MediaStorageFailed)
  }).annotateMerge(operation("An address that reads a private file for a time", reads))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Files (staff)", description: "Pictures, documents and videos, for those who keep them" })
) {}

/** Files as everybody reads them. */
export class MediaGroup extends HttpApiGroup.make("media").add(
  HttpApiEndpoint.put("receive", "/media/uploads/:token", {
    params: { token: Schema.String },
    payload: file,
    error: problems(UploadNotFound, ...refusals)
  }).annotateMerge(
    operation("Send a file to an address that was given for it", { access: "none", sensitive: true, body: "stream" })
  ),
  HttpApiEndpoint.get("read", "/media/:key", {
    params: { key: Schema.String },
    query: DownloadProof,
    success: HttpApiSchema.StreamUint8Array({ contentType: "application/octet-stream" }),
    error: problems(MediaNotFound, DownloadExpired, MediaUnavailable, MediaStorageFailed)
  }).annotateMerge(
    operation("Read a file or a part of it; a private one with its signature", { access: "none" })
  )
).annotateMerge(OpenApi.annotations({ title: "Files", description: "Pictures and other files of the shop" })) {}
