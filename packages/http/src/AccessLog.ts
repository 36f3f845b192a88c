/**
 * What is written of every request: one line of JSON. No query, no token, no address and no name is in it; the request's
 * id leads to the audit log, where there is more for those who may see it.
 */
import * as Actor from "@stoa/core/kernel/Actor"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Predicate from "effect/Predicate"
import * as References from "effect/References"
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

/** Writes lines to the standard output, those of one turn of the event loop at once. */
const lines = (write: (text: string) => void): (line: string) => void => {
  let waiting = ""
  const flush = () => {
    const text = waiting
    waiting = ""
    write(text)
  }
  return (line) => {
    if (waiting === "") setImmediate(flush)
    waiting += `${line}\n`
  }
}

/** Whether what is logged becomes a line of JSON on the standard output and nothing else. */
const isPlain = (fiber: Fiber.Fiber<unknown, unknown>): boolean => {
  const loggers = fiber.getRef(Logger.CurrentLoggers)
  return loggers.size === 1 && loggers.has(jsonLogger) && fiber.getRef(Console.Console) === globalThis.console
}

export const make = (
  option: HttpOptions["accessLog"],
  write: (text: string) => void = (text) => process.stdout.write(text)
): AccessLog => {
  if (option === false) return () => Effect.void
  if (typeof option === "function") {
    return (exchange, status, millis) => Effect.sync(() => option(entry(exchange, status, millis)))
  }
  const line = lines(write)
  return (exchange, status, millis) =>
    Effect.withFiber((fiber) => {
      const said = entry(exchange, status, millis)
      if (!isPlain(fiber)) return Effect.annotateLogs(Effect.logInfo("request"), { ...said })
      // what the logger would write, at a quarter of its cost
      if (!LogLevel.isGreaterThan(fiber.getRef(References.MinimumLogLevel), "Info")) {
        const time = Timestamp.fromMillis(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())
        line(JSON.stringify({ time, level: "info", message: "request", ...fiber.getRef(References.CurrentLogAnnotations), ...said }))
      }
      return Effect.void
    })
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
