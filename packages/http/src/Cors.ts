/**
 * Which pages of other origins may call, and what they may send and read.
 */
import * as Duration from "effect/Duration"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import type { CorsOptions } from "./HttpOptions.ts"

const sent = [
  "authorization",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
  "stoa-cart",
  "stoa-order-token",
  "stoa-session",
  "traceparent",
  "tracestate",
  "x-api-key",
  "x-request-id"
]

const read = ["etag", "idempotent-replayed", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id"]

/** Answers preflights and lets the origins of the list read answers. The list is exact: no patterns, no `*`. */
export const make = ({ credentials, maxAge, origins }: CorsOptions) =>
  HttpMiddleware.cors({
    allowedOrigins: (origin) => origins.includes(origin),
    allowedMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: sent,
    exposedHeaders: read,
    credentials: credentials ?? false,
    maxAge: Math.floor(Duration.toSeconds(Duration.fromInputUnsafe(maxAge ?? "10 minutes")))
  })
