/**
 * Posting to an address that somebody else chose.
 *
 * **Details**
 *
 * The name is looked up once, every address that it has must be public, and the connection goes to one of these: a name
 * that answers otherwise the second time (DNS rebinding) gains nothing. Redirects are not followed. Of the answer no
 * more is read than is kept.
 */
import * as Effect from "effect/Effect"
import type { LookupAddress, LookupOptions } from "node:dns"
import * as dns from "node:dns"
import * as http from "node:http"
import * as https from "node:https"
import { isIP, type LookupFunction } from "node:net"
import { isPublic } from "./PublicAddress.ts"
import { WebhookNotTaken } from "./WebhookErrors.ts"
import type { WebhookAnswer, WebhookPost } from "./WebhookSender.ts"

const timeLimit = "15 seconds"

const kept = 1_000

class PrivateAddress extends Error {
  override readonly name = "PrivateAddress"
}

type Callback = (error: Error | null, address: string | ReadonlyArray<LookupAddress>, family?: number) => void

/** Looks up every address of a name. */
type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: Error | null, addresses: Array<LookupAddress>) => void
) => void

/** Looks a name up for a connection, and finds nothing where an address of it is not public. */
export const publicLookup = (resolve: Resolve) => (hostname: string, options: LookupOptions, callback: Callback): void => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address))) {
      return callback(new PrivateAddress("leads to a private network"), [])
    }
    if (options.all === true) return callback(null, addresses)
    const [first] = addresses as [LookupAddress, ...Array<LookupAddress>]
    callback(null, first.address, first.family)
  })
}

/** `[::1]` is `::1`. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "")

/** Below it are the ports of mail servers, name servers and shells, which take what an HTTP request says for commands of their own. */
const firstFreePort = 1_024

/** Why nothing may be sent to an address, or `undefined`. Names are looked up later, when something is sent. */
export const refusal = (text: string, insecure: boolean): string | undefined => {
  if (!URL.canParse(text)) return "Expected a URL such as https://example.com/hooks"
  const url = new URL(text)
  if (url.protocol !== "https:" && !(insecure && url.protocol === "http:")) return "Expected a URL that begins with https://"
  if (url.username !== "" || url.password !== "") return "Expected a URL without a user name and password"
  if (url.hash !== "") return "Expected a URL without a fragment"
  const host = hostOf(url)
  if (!insecure && (isIP(host) === 0 ? /^localhost$|\.(localhost|local|internal)$/.test(host.replace(/\.$/, "")) : !isPublic(host))) {
    return "Expected an address on the public internet"
  }
  // a URL does not name the port of its own scheme
  if (!insecure && url.port !== "" && Number(url.port) < firstFreePort) return `Expected port 443, or one from ${firstFreePort} on`
  return undefined
}

const reasonOf = (error: unknown): string => {
  if (error instanceof PrivateAddress) return error.message
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === "string" ? code : "the connection failed"
}

/** `Retry-After` in milliseconds: seconds, or a date. */
const waitOf = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(wait) && wait > 0 ? wait : null
}

export const send = (
  request: Omit<WebhookPost, "body"> & { readonly body: string | Uint8Array },
  insecure: boolean
): Effect.Effect<WebhookAnswer, WebhookNotTaken> => {
  // whatever was allowed when the endpoint was made
  const refused = refusal(request.url, insecure)
  if (refused !== undefined) return Effect.fail(new WebhookNotTaken({ reason: refused }))
  return Effect.callback<WebhookAnswer, WebhookNotTaken>((resume, signal) => {
    const fail = (error: unknown) => resume(Effect.fail(new WebhookNotTaken({ reason: reasonOf(error) })))
    const { request: open } = request.url.startsWith("https:") ? https : http
    const posting = open(request.url, {
      method: "POST",
      // connections are not kept: whom one of them leads to was found out when it was opened
      agent: false,
      headers: { ...request.headers, "content-length": String(Buffer.byteLength(request.body)) },
      signal,
      ...(insecure ? {} : { lookup: publicLookup(dns.lookup) as LookupFunction })
    }, (response) => {
      const chunks: Array<Buffer> = []
      let size = 0
      const end = () => {
        response.destroy()
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8").replaceAll("\0", "").slice(0, kept).toWellFormed(),
          retryAfter: waitOf(response.headers["retry-after"], Date.now())
        }))
      }
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk)
        if ((size += chunk.length) >= kept * 4) end()
      })
      response.on("end", end)
      response.on("error", fail)
    })
    posting.on("error", fail)
    posting.end(request.body)
  }).pipe(
    Effect.timeoutOrElse({
      duration: timeLimit,
      orElse: () => Effect.fail(new WebhookNotTaken({ reason: "no answer within 15 seconds" }))
    })
  )
}
