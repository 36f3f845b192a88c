/**
 * Cloudinary on this machine as far as files of a shop need it: it keeps raw files and parts, and computes every signature again by
 * itself.
 *
 * @see https://cloudinary.com/documentation/image_upload_api_reference
 */
import * as LocalServer from "@stoa/core/testing/LocalServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"

export const credentials = {
  cloudName: "stoa-files",
  apiKey: "123456789012345",
  apiSecret: "secret-of-the-environment"
} as const

export interface FakeCloudinary {
  readonly endpoint: string
  /** What lies in it, by the public id. */
  readonly files: ReadonlyMap<string, Buffer>
  /** The ids of uploads in parts that were begun and not completed. */
  readonly uploads: ReadonlyMap<string, unknown>
  /** Methods and paths of all requests, and the ranges of the parts. */
  readonly requests: ReadonlyArray<string>
  /** `busy`: the next request is answered with 503; `stall`: answers do not come; `whole`: it knows nothing of ranges. */
  readonly behave: (how: "normally" | "refuse" | "busy" | "down" | "stall" | "whole") => Effect.Effect<void>
}

/** Of all parameters but those that are never signed, in the order of their names. */
const signatureOf = (fields: ReadonlyMap<string, string>): string => {
  const text = [...fields].filter(([name]) => !["file", "api_key", "signature", "resource_type", "cloud_name"].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value.replaceAll("&", "%26")}`).join("&")
  return createHash("sha256").update(`${text}${credentials.apiSecret}`).digest("hex")
}

const oldest = 3_600

/** Why a request is not let in, if it is not. */
const refusalOf = (fields: ReadonlyMap<string, string>): string | undefined => {
  if (fields.get("api_key") !== credentials.apiKey) return "Unknown API key"
  if (Math.abs(Date.now() / 1_000 - Number(fields.get("timestamp"))) > oldest) return "Stale request"
  if (fields.get("signature") !== signatureOf(fields)) return `Invalid Signature. String to sign ends with ${credentials.apiSecret}`
  return undefined
}

const answerJson = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))

const fault = (response: ServerResponse, status: number, message: string): void =>
  answerJson(response, status, { error: { message } })

/** The fields of a form, and its file. */
const formOf = async (request: IncomingMessage, body: Buffer) => {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": request.headers["content-type"] ?? "" } }).formData()
  const fields = new Map<string, string>()
  let file: Buffer | undefined
  for (const [name, value] of form) {
    if (typeof value === "string") fields.set(name, value)
    else file = Buffer.from(await value.arrayBuffer())
  }
  return { fields, file }
}

/** Listens until the scope closes. */
export const open: Effect.Effect<FakeCloudinary, never, Scope.Scope> = Effect.gen(function*() {
  const files = new Map<string, Buffer>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const requests: Array<string> = []
  let how: Parameters<FakeCloudinary["behave"]>[0] = "normally"

  const uploaded = (response: ServerResponse, id: string, file: Buffer): void => {
    files.set(id, file)
    answerJson(response, 200, { public_id: id, bytes: file.length, resource_type: "raw", done: true })
  }

  const upload = (request: IncomingMessage, response: ServerResponse, id: string, file: Buffer | undefined): void => {
    if (file === undefined || file.length === 0) return fault(response, 400, "Empty file")
    const uploadId = request.headers["x-unique-upload-id"]
    if (typeof uploadId !== "string") return uploaded(response, id, file)
    const [, from = "", until = "", total = ""] = /^bytes (\d+)-(\d+)\/(-1|\d+)$/.exec(request.headers["content-range"] ?? "") ?? []
    requests.push(`part ${from}-${until}/${total}`)
    if (Number(until) - Number(from) + 1 !== file.length) return fault(response, 400, "Invalid content range")
    if (total === "-1" && file.length < 5_000_000) return fault(response, 400, "Part is too small")
    const parts = uploads.get(uploadId) ?? new Map<number, Buffer>()
    parts.set(Number(from), file)
    uploads.set(uploadId, parts)
    if (total === "-1") return answerJson(response, 200, { done: false, kind: "upload" })
    uploads.delete(uploadId)
    const whole = Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part))
    if (whole.length !== Number(total)) return fault(response, 400, "Parts are missing")
    uploaded(response, id, whole)
  }

  const download = (request: IncomingMessage, response: ServerResponse, id: string): void => {
    const file = files.get(id)
    if (file === undefined) return fault(response, 404, `Resource not found - ${id}`)
    const range = how === "whole" ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "")
    if (range === null) return void response.writeHead(200).end(file)
    const start = Number(range[1])
    if (start >= file.length) return fault(response, 416, "Out of range")
    response.writeHead(206).end(file.subarray(start, range[2] === "" ? undefined : Number(range[2]) + 1))
  }

  const server = yield* LocalServer.open(async (request, response, body) => {
    const url = new URL(request.url ?? "/", "http://cloudinary")
    requests.push(`${request.method} ${url.pathname}`)
    if (how === "stall") return
    if (how === "busy") {
      how = "normally"
      return fault(response, 503, "busy")
    }
    const isGet = request.method === "GET"
    const { fields, file } = isGet ? { fields: new Map(url.searchParams), file: undefined } : await formOf(request, body)
    const refusal = how === "refuse" ? `about ${credentials.apiSecret}` : refusalOf(fields)
    if (refusal !== undefined) return fault(response, 401, refusal)
    const id = fields.get("public_id") ?? ""
    if (fields.get("type") !== "private") return fault(response, 404, "Not found")
    switch (`${request.method} ${url.pathname.replace(`/v1_1/${credentials.cloudName}/raw`, "")}`) {
      case "POST /upload":
        return upload(request, response, id, file)
      case "POST /destroy":
        return answerJson(response, 200, { result: files.delete(id) ? "ok" : "not found" })
      case "GET /download":
        return download(request, response, id)
      default:
        return fault(response, 404, "Not found")
    }
  })
  return {
    endpoint: server.url,
    files,
    uploads,
    requests,
    behave: (wanted) =>
      Effect.suspend(() => {
        how = wanted
        return wanted === "down" ? server.close : Effect.void
      })
  }
})
