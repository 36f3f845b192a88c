/**
 * Headers that keep browsers from doing with an answer what nobody meant, and caches from keeping what is personal.
 */
import * as Duration from "effect/Duration"
import type { Exchange } from "./Exchange.ts"
import type { HttpOptions } from "./HttpOptions.ts"

const always = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer"
}

/** Answers of an API are shown by nobody. */
const policy = "default-src 'none'; frame-ancestors 'none'"

/** The page of documents holds its script itself and may talk to nothing but this server. */
export const documentPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src data:",
  "connect-src 'self'",
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

/** Headers for every answer. */
export const make = (option: HttpOptions["strictTransportSecurity"]) => {
  const transport = option === undefined || option === false ? undefined : option === true ? { maxAge: "365 days" as const } : option
  const fixed: Record<string, string> = {
    ...always,
    "content-security-policy": policy,
    ...(transport === undefined ? {} : {
      "strict-transport-security": `max-age=${
        Math.floor(Duration.toSeconds(Duration.fromInputUnsafe(transport.maxAge)))
      }${"includeSubDomains" in transport && transport.includeSubDomains === true ? "; includeSubDomains" : ""}`
    })
  }
  const personal = { ...fixed, "cache-control": "no-store" }
  // kept, but asked about each time, and never for somebody else
  const shared = { ...fixed, "cache-control": "no-cache", vary: "Authorization, X-API-Key" }
  const translated = { ...shared, vary: `${shared.vary}, Accept-Language` }
  return ({ actor, traits }: Exchange, status: number): Record<string, string> => {
    if (traits?.shared !== true || status >= 400 || (actor !== null && actor._tag !== "guest")) return personal
    return traits.translated === true ? translated : shared
  }
}
