/**
 * What is written of every request: one line of JSON. No query, no token, no address and no name is in it; the request's
 * id leads to the audit log, where there is more for those who may see it.
 */
import * as Actor from "@stoa/core/kernel/Actor"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Predicate from "effect/Predicate"
import type { Exchange } from "./Exchange.ts"
import type { AccessLogEntry, HttpOptions } from "./HttpOptions.ts"

const entry = (exchange: Exchange, status: number, millis: number): AccessLogEntry => ({
  method: exchange.method,
  route: exchange.route,
  status,
  millis: Math.max(0, Math.round(millis * 10) / 10),
  requestId: exchange.requestId,
  actor: exchange.actor === null ? null : Actor.describe(exchange.actor),
  code: exchange.code
})

export type AccessLog = (exchange: Exchange, status: number, millis: number) => Effect.Effect<void>

export const make = (option: HttpOptions["accessLog"]): AccessLog => {
  if (option === false) return () => Effect.void
  if (typeof option === "function") {
    return (exchange, status, millis) => Effect.sync(() => option(entry(exchange, status, millis)))
  }
  return (exchange, status, millis) =>
    Effect.annotateLogs(Effect.logInfo("request"), { ...entry(exchange, status, millis) })
}

const plain = (value: unknown): unknown => Array.isArray(value) && value.length === 1 ? value[0] : value

/** Logs as lines of JSON with what is known of the request on the same level: `{"time":...,"level":"info",...}`. */
export const jsonLogger: Logger.Logger<unknown, void> = Logger.withConsoleLog(
  Logger.map(Logger.formatStructured, ({ annotations, cause, level, message, timestamp }) => {
    const said = plain(message)
    return JSON.stringify({
      time: timestamp,
      level: level.toLowerCase(),
      ...(Predicate.isString(said) ? { message: said } : { message: "", details: said }),
      ...annotations,
      ...(cause === undefined ? {} : { cause })
    })
  })
)
