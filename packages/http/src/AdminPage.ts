/**
 * The page on which a shop is run, beside its API: one document and the files that it loads, as `@stoa/admin` or another
 * package brings them.
 *
 * **Details**
 *
 * The document is found at the page's path, with a slash at the end or without one, and is never kept by a cache, so that
 * it always names the files that this server has. The files have names that change with what is in them and may be kept
 * for ever. All addresses are relative, so a host may mount the server below a path of its own. Nothing but scripts and
 * styles of this origin runs, and the page talks to no other server; pictures may come from elsewhere over HTTPS. Beside
 * its files is the frame in which it shows mails.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { RouteNotFound } from "./api/HttpErrors.ts"
import type { Traits } from "./api/Operation.ts"
import { takes } from "./ContentCoding.ts"
import { CurrentExchange } from "./Exchange.ts"
import * as MailFrame from "./MailFrame.ts"
import * as ProblemResponse from "./ProblemResponse.ts"

/** A file of the page, as it is and as it was packed before. */
export interface AdminFile {
  readonly contentType: string
  readonly bytes: Uint8Array
  readonly brotli?: Uint8Array
  readonly gzip?: Uint8Array
}

/** Where the document finds what it needs, as addresses that are relative to its own. */
export interface AdminLinks {
  /** What the names of files are put behind: `"admin/assets/"`. */
  readonly assets: string
  /** Where the API is, without a slash at the end: `"api/v1"`. */
  readonly api: string
}

export interface AdminContents {
  readonly document: (links: AdminLinks) => string
  /** The files by their names, which hold no slash. */
  readonly files: ReadonlyMap<string, AdminFile>
}

export interface AdminPage {
  /** Reads the page when it is first asked for. */
  readonly contents: () => Promise<AdminContents>
  /** Where the page is, outside of the API's prefix; `/admin` if not given. */
  readonly path?: string
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: blob: data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'"
].join("; ")

const documentHeaders = {
  "cache-control": "no-store",
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()"
}

/** A file with another content has another name. */
const forever = "public, max-age=31536000, immutable"

const pathOf = ({ path = "/admin" }: AdminPage): `/${string}` => {
  const trimmed = path.replace(/^\/+|\/+$/g, "")
  if (!/^[A-Za-z0-9_.~/-]+$/.test(trimmed)) throw new Error(`${JSON.stringify(path)} is no path for the administration page`)
  return `/${trimmed}`
}

/** The routes of the page are no part of the document of the API, so they say here what they are. */
export const routes = (page: AdminPage | undefined): ReadonlyArray<readonly [string, Traits]> => {
  if (page === undefined) return []
  const path = pathOf(page)
  return [`GET ${path}`, `GET ${path}/assets/:file`, `GET ${path}/frame`].map((route) => [route, { access: "none" }])
}

const smallest = (file: AdminFile, accepted: string | undefined): readonly [Uint8Array, string | undefined] =>
  file.brotli !== undefined && takes(accepted, "br")
    ? [file.brotli, "br"]
    : file.gzip !== undefined && takes(accepted, "gzip")
    ? [file.gzip, "gzip"]
    : [file.bytes, undefined]

const answered = (file: AdminFile, accepted: string | undefined) => {
  const [bytes, encoding] = smallest(file, accepted)
  return HttpServerResponse.uint8Array(bytes, {
    contentType: file.contentType,
    headers: {
      "cache-control": forever,
      vary: "Accept-Encoding",
      ...(encoding === undefined ? {} : { "content-encoding": encoding })
    }
  })
}

/** Adds the page, if the host wants one. */
export const layer = (prefix: string, page: AdminPage | undefined): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  page === undefined ? Layer.empty : HttpRouter.use(Effect.fnUntraced(function*(router) {
    const path = pathOf(page)
    const contents = yield* Effect.cached(Effect.promise(page.contents))
    const name = path.slice(path.lastIndexOf("/") + 1)
    const up = "../".repeat(path.split("/").length - 2)
    const api = prefix.slice(1)
    const beside: AdminLinks = { assets: `${name}/assets/`, api: `./${up}${api}`.replace(/\/$/, "") }
    const inside: AdminLinks = { assets: "assets/", api: `../${up}${api}`.replace(/\/$/, "") }
    yield* router.add(
      "GET",
      path,
      Effect.gen(function*() {
        const { url } = yield* HttpServerRequest.HttpServerRequest
        const { document } = yield* contents
        return HttpServerResponse.text(document(url.split("?", 1)[0]?.endsWith("/") === true ? inside : beside), {
          contentType: "text/html; charset=utf-8",
          headers: documentHeaders
        })
      })
    )
    yield* router.add(
      "GET",
      `${path}/frame`,
      Effect.succeed(HttpServerResponse.text(MailFrame.html, { contentType: "text/html; charset=utf-8", headers: MailFrame.headers }))
    )
    yield* router.add(
      "GET",
      `${path}/assets/:file`,
      Effect.gen(function*() {
        const { file: wanted = "" } = yield* HttpRouter.params
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const exchange = yield* CurrentExchange
        const file = (yield* contents).files.get(wanted)
        if (file !== undefined) return answered(file, headers["accept-encoding"])
        return exchange === null
          ? HttpServerResponse.empty({ status: 404 })
          : ProblemResponse.fromError(new RouteNotFound({}), exchange)
      })
    )
  }))
