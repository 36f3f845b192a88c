/**
 * Where a request comes from, as far as this process knows or a proxy that it trusts has told it.
 */
import * as Id from "@stoa/core/kernel/Id"
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as IpNetwork from "effect/net/IpNetwork"
import * as Option from "effect/Option"
import type { HttpOptions } from "./HttpOptions.ts"

const RequestId = Id.define("req", "RequestId")

/** The id that the caller gave the request, as long as nothing but an id fits into it, or a new one. */
export const requestId = (request: HttpServerRequest): Effect.Effect<string> => {
  const given = request.headers["x-request-id"]
  return given !== undefined && /^[A-Za-z0-9._-]{8,128}$/.test(given) ? Effect.succeed(given) : RequestId.generate
}

const isRequest = (source: object): source is Request => source instanceof globalThis.Request

/** The network address of the caller. A `Request` does not have one; its host may know. */
export const clientAddress = (
  request: HttpServerRequest,
  { clientAddress }: Pick<HttpOptions, "clientAddress">
): string | null => {
  const told = isRequest(request.source) && clientAddress !== undefined
    ? clientAddress(request.source)
    : Option.getOrUndefined(request.remoteAddress)
  // a socket for both families writes addresses of IPv4 as such of IPv6
  return told?.replace(/^::ffff:(?=\d+\.)/i, "") ?? null
}

/** Whether the request came over HTTPS. */
export const isSecure = (request: HttpServerRequest): boolean => {
  if (request.protocol !== undefined) return request.protocol === "https"
  const { source } = request
  if (isRequest(source)) return source.url.startsWith("https:")
  return "socket" in source && typeof source.socket === "object" && source.socket !== null
    && "encrypted" in source.socket && source.socket.encrypted === true
}

/** Believes what proxies of these networks say of the caller's address and protocol, and nobody else. */
export const trusting = (networks: ReadonlyArray<string>) =>
  HttpMiddleware.xForwardedHeaders({ trustedProxies: networks.map(IpNetwork.fromStringUnsafe) })
