/**
 * A store on this machine that speaks S3 as far as files of a shop need it: it keeps objects and parts, and computes every
 * signature again by itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import * as LocalServer from "@stoa/core/testing/LocalServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHash, createHmac } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"

export const credentials = {
  region: "eu-central-1",
  bucket: "stoa-files",
  accessKeyId: "AKIAEXAMPLE",
  secretAccessKey: "secret/of+the/store"
} as const

export interface FakeS3 {
  readonly endpoint: string
  /** What lies in it, by the whole key. */
  readonly objects: ReadonlyMap<string, { readonly body: Buffer; readonly contentType: string }>
  /** Uploads in parts that were begun and neither completed nor given up. */
  readonly uploads: ReadonlyMap<string, unknown>
  /** Methods and keys of all requests. */
  readonly requests: ReadonlyArray<string>
  /** `busy`: the next request is answered with 503; `stall`: answers do not come. */
  readonly behave: (how: "normally" | "refuse" | "busy" | "down" | "stall") => Effect.Effect<void>
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex")
const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac("sha256", key).update(data).digest()

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const signatureOf = (request: IncomingMessage, url: URL, scope: {
  readonly signedHeaders: ReadonlyArray<string>
  readonly date: string
  readonly payload: string
}): string => {
  const query = [...url.searchParams].filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join("&")
  const headers = scope.signedHeaders.map((name) => `${name}:${String(request.headers[name] ?? "").trim()}\n`).join("")
  const path = url.pathname.split("/").map((part) => encoded(decodeURIComponent(part))).join("/")
  const canonical = [request.method, path, query, headers, scope.signedHeaders.join(";"), scope.payload].join("\n")
  const day = scope.date.slice(0, 8)
  const context = `${day}/${credentials.region}/s3/aws4_request`
  const key = ["aws4_request"].reduce<Buffer>(
    hmac,
    hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), credentials.region), "s3")
  )
  return hmac(key, `AWS4-HMAC-SHA256\n${scope.date}\n${context}\n${sha256(canonical)}`).toString("hex")
}

const timeOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))

/** Why a request is not let in, if it is not. */
const refusalOf = (request: IncomingMessage, url: URL, body: Buffer): string | undefined => {
  const query = url.searchParams
  const presigned = query.get("X-Amz-Signature")
  if (presigned !== null) {
    const date = query.get("X-Amz-Date") ?? ""
    if (timeOf(date) + Number(query.get("X-Amz-Expires")) * 1_000 < Date.now()) return "AccessDenied"
    const signedHeaders = (query.get("X-Amz-SignedHeaders") ?? "").split(";")
    if (request.method === "PUT" && !signedHeaders.includes("content-length")) return "AccessDenied"
    const expected = signatureOf(request, url, { signedHeaders, date, payload: "UNSIGNED-PAYLOAD" })
    return expected === presigned ? undefined : "SignatureDoesNotMatch"
  }
  const given = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/[^,]+, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
    request.headers.authorization ?? ""
  )
  if (given === null || given[1] !== credentials.accessKeyId) return "AccessDenied"
  const payload = String(request.headers["x-amz-content-sha256"])
  if (payload !== sha256(body)) return "XAmzContentSHA256Mismatch"
  const expected = signatureOf(request, url, {
    signedHeaders: (given[2] ?? "").split(";"),
    date: String(request.headers["x-amz-date"]),
    payload
  })
  return expected === given[3] ? undefined : "SignatureDoesNotMatch"
}

const fault = (response: ServerResponse, status: number, code: string): void =>
  void response.writeHead(status, { "content-type": "application/xml" }).end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>about ${credentials.secretAccessKey}</Message></Error>`
  )

/** Listens until the scope closes. */
export const open: Effect.Effect<FakeS3, never, Scope.Scope> = Effect.gen(function*() {
  const objects = new Map<string, { readonly body: Buffer; readonly contentType: string }>()
  const uploads = new Map<string, { readonly key: string; readonly contentType: string; readonly parts: Map<number, Buffer> }>()
  const requests: Array<string> = []
  let how: Parameters<FakeS3["behave"]>[0] = "normally"

  const object = (request: IncomingMessage, response: ServerResponse, url: URL, key: string): void => {
    const found = objects.get(key)
    if (found === undefined) return fault(response, 404, "NoSuchKey")
    const headers: Record<string, string> = {
      "content-type": url.searchParams.get("response-content-type") ?? found.contentType
    }
    const disposition = url.searchParams.get("response-content-disposition")
    if (disposition !== null) headers["content-disposition"] = disposition
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "")
    if (range === null) return void response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : found.body)
    const start = Number(range[1])
    if (start >= found.body.length) return fault(response, 416, "InvalidRange")
    response.writeHead(206, headers).end(found.body.subarray(start, range[2] === "" ? undefined : Number(range[2]) + 1))
  }

  const answer = (request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void => {
    const key = decodeURIComponent(url.pathname).slice(credentials.bucket.length + 2)
    const query = url.searchParams
    const contentType = request.headers["content-type"] ?? "binary/octet-stream"
    const uploadId = query.get("uploadId")
    const upload = uploadId === null ? undefined : uploads.get(uploadId)
    if (uploadId !== null && upload?.key !== key) return fault(response, 404, "NoSuchUpload")
    if (request.method === "POST" && query.has("uploads")) {
      const id = `upload-${requests.length}`
      uploads.set(id, { key, contentType, parts: new Map() })
      return void response.writeHead(200).end(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (upload !== undefined && uploadId !== null) {
      if (request.method === "PUT") {
        upload.parts.set(Number(query.get("partNumber")), body)
        return void response.writeHead(200, { etag: `"${sha256(body).slice(0, 32)}"` }).end()
      }
      uploads.delete(uploadId)
      if (request.method === "DELETE") return void response.writeHead(204).end()
      const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)]
      const parts = named.map(([, number, tag]) => {
        const part = upload.parts.get(Number(number))
        return part !== undefined && tag === `"${sha256(part).slice(0, 32)}"` ? part : undefined
      })
      const whole = parts.filter((part) => part !== undefined)
      const tooSmall = whole.slice(0, -1).some((part) => part.length < 5 * 1_048_576)
      // S3 answers 200 before it has looked
      if (whole.length !== parts.length || whole.length === 0) return void response.writeHead(200).end("<Error><Code>InvalidPart</Code></Error>")
      if (tooSmall) return void response.writeHead(200).end("<Error><Code>EntityTooSmall</Code></Error>")
      objects.set(key, { body: Buffer.concat(whole), contentType: upload.contentType })
      return void response.writeHead(200).end("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
    }
    switch (request.method) {
      case "PUT":
        objects.set(key, { body, contentType })
        return void response.writeHead(200).end()
      case "DELETE":
        objects.delete(key)
        return void response.writeHead(204).end()
      default:
        return object(request, response, url, key)
    }
  }

  const server = yield* LocalServer.open((request, response, body) => {
    const url = new URL(request.url ?? "/", "http://store")
    requests.push(`${request.method} ${url.pathname}`)
    if (how === "stall") return
    if (how === "busy") {
      how = "normally"
      return fault(response, 503, "SlowDown")
    }
    const refusal = how === "refuse" ? "AccessDenied" : refusalOf(request, url, body)
    if (refusal !== undefined) return fault(response, 403, refusal)
    if (!url.pathname.startsWith(`/${credentials.bucket}/`)) return fault(response, 404, "NoSuchBucket")
    answer(request, response, url, body)
  })
  return {
    endpoint: server.url,
    objects,
    uploads,
    requests,
    behave: (wanted) =>
      Effect.suspend(() => {
        how = wanted
        return wanted === "down" ? server.close : Effect.void
      })
  }
})
