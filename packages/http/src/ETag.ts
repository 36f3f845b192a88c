/**
 * Entity tags. A tag names the version of a resource, which `If-Match` compares, and the bytes of the answer, which
 * `If-None-Match` compares: a product's page changes with its stock while its version stays.
 */
import { hash as digest } from "node:crypto"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Exchange } from "./Exchange.ts"

const hash = (body: string | Uint8Array): string => digest("sha1", body, "base64url").slice(0, 16)

const listed = (header: string): ReadonlyArray<string> =>
  header.split(",").map((tag) => tag.trim().replace(/^W\//, "")).filter((tag) => tag !== "")

/** The version that `If-Match` names: `null` without one or for `*`, `undefined` for tags that are none of ours. */
export const expectedVersion = (header: string | undefined): number | null | undefined => {
  if (header === undefined) return null
  const tags = listed(header)
  if (tags.includes("*")) return null
  const version = tags.length === 1 ? /^"v([1-9]\d{0,14})(-[\w-]+)?"$/.exec(tags[0] ?? "")?.[1] : undefined
  return version === undefined ? undefined : Number(version)
}

/** Whether the caller has what a tag names already. */
export const isKnown = (request: HttpServerRequest, etag: string): boolean => {
  const known = request.headers["if-none-match"]
  return known !== undefined && (request.method === "GET" || request.method === "HEAD")
    && listed(known).some((tag) => tag === etag || tag === "*")
}

/** Tags an answer that has no tag yet. */
export const tag = (
  response: HttpServerResponse.HttpServerResponse,
  exchange: Exchange
): HttpServerResponse.HttpServerResponse => {
  if (response.status < 200 || response.status > 299 || response.body._tag !== "Uint8Array") return response
  if (response.headers["etag"] !== undefined) return response
  const hashed = hash(response.body.text ?? response.body.body)
  return HttpServerResponse.setHeader(response, "etag", exchange.version === null ? `"${hashed}"` : `"v${exchange.version}-${hashed}"`)
}

/** Answers 304 to a caller who has a tagged answer already. */
export const unlessKnown = (
  response: HttpServerResponse.HttpServerResponse,
  request: HttpServerRequest
): HttpServerResponse.HttpServerResponse => {
  const etag = response.headers["etag"]
  return etag !== undefined && isKnown(request, etag)
    ? HttpServerResponse.empty({ status: 304, headers: { etag } })
    : response
}
