/**
 * In which language a request is answered: the one that `?language=` names, or else the most wanted of `Accept-Language` that the
 * store speaks (RFC 9110, 12.5.4).
 */
import * as Language from "@stoa/core/kernel/Language"
import type { Stores } from "@stoa/core/stores/Stores"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Schema from "effect/Schema"

export interface RequestLanguage {
  /** What translations are shown in; `null` for the language of the store. */
  readonly shown: string | null
  /** What the answer says that it is in, where that is known. */
  readonly content: string | null
}

const isTag = Schema.is(Language.LanguageTag)

/** A request that names no language costs nothing. */
export const of = Effect.fnUntracedEager(function*(
  request: HttpServerRequest.HttpServerRequest,
  { language }: Readonly<Record<string, string | ReadonlyArray<string>>>,
  languages: Stores["Service"]["languages"]
) {
  const named = typeof language === "string" && isTag(language) ? language : undefined
  const wanted = named === undefined ? Language.accepted(request.headers["accept-language"] ?? "") : [named]
  if (wanted.length === 0) return { shown: null, content: null }
  const spoken = yield* languages
  const [own = null] = spoken
  const found = Language.negotiate(wanted, spoken)
  // one that the store does not speak yet may be looked at beforehand
  if (found === undefined) return named === undefined ? { shown: null, content: own } : { shown: named, content: null }
  return { shown: found === own ? null : found, content: found }
})
