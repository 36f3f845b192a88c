/**
 * Answers with no more than the fields that the caller names: `?fields=id,title,variants.sku`. Of a list they are those of its
 * items, and what is said of the whole stays.
 */
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApi from "effect/http-api/HttpApi"
import * as AnswerFields from "./api/AnswerFields.ts"
import type { StoaApi } from "./api/StoaApi.ts"
import type { Handler } from "./RouteTable.ts"

/** Names that are kept, each with what is kept of its value; `null` for all of it. */
interface Selection extends Map<string, Selection | null> {}

const longest = 1_000

const unknown = (path: string, here: AnswerFields.Shapes) => {
  const known = AnswerFields.namesOf(here)
  return InvalidInput.at(
    ["fields"],
    `has no field ${JSON.stringify(path)}${known.length === 0 ? "" : `; there are ${known.join(", ")}`}`,
    "unknown_field"
  )
}

const read = (text: string, shapes: AnswerFields.Shapes): Effect.Effect<Selection, InvalidInput> => {
  if (text.length > longest) return InvalidInput.at(["fields"], `is longer than ${longest} characters`, { code: "too_long", params: { maximum: longest } })
  const selection: Selection = new Map()
  for (const path of text.split(",").map((part) => part.trim())) {
    const names = path.split(".")
    let here = shapes
    let kept: Selection | null = selection
    for (const [index, name] of names.entries()) {
      const next = AnswerFields.under(here, name)
      if (next === undefined) return unknown(path, here)
      here = next
      // whoever wants the whole has its parts
      if (kept === null) continue
      const before: Selection | null | undefined = kept.get(name)
      const inner: Selection | null = index === names.length - 1 || before === null ? null : before ?? new Map()
      kept.set(name, inner)
      kept = inner
    }
  }
  return Effect.succeed(selection)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const pick = (value: unknown, selection: Selection): unknown => {
  if (Array.isArray(value)) return value.map((one) => pick(one, selection))
  if (!isRecord(value)) return value
  // in the order of the answer, so that another order of names is no other answer
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => {
    const wanted = selection.get(name)
    return wanted === undefined ? [] : [[name, wanted === null ? inner : pick(inner, wanted)]]
  }))
}

const only = (selection: Selection, isPage: boolean) =>
(response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
  if (response.status !== 200 || response.body._tag !== "Uint8Array") return response
  const answer: unknown = JSON.parse(Buffer.from(response.body.body).toString())
  const kept = isPage && isRecord(answer) ? { ...answer, items: pick(answer["items"], selection) } : pick(answer, selection)
  return HttpServerResponse.setBody(response, HttpServerResponse.jsonUnsafe(kept).body)
}

/** Wraps the handlers of the API's routes; those of others are left as they are. */
export const make = (api: StoaApi): (method: string, path: string, handler: Handler) => Handler => {
  const fields = new Map<string, () => AnswerFields.AnswerFields | undefined>()
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      let found: AnswerFields.AnswerFields | undefined
      if (endpoint.method === "GET") fields.set(endpoint.path, () => found ??= AnswerFields.of(endpoint))
    }
  })
  return (method, path, handler) => {
    const answer = method === "GET" ? fields.get(path) : undefined
    if (answer === undefined) return handler
    return Effect.gen(function*() {
      const { fields: asked, ...query } = yield* HttpServerRequest.ParsedSearchParams
      const known = typeof asked === "string" ? answer() : undefined
      // whoever has no fields to name, or names them twice, is told so as of any other parameter
      if (typeof asked !== "string" || known === undefined) return yield* handler
      const selection = yield* read(asked, known.shapes)
      const response = yield* Effect.provideService(handler, HttpServerRequest.ParsedSearchParams, query)
      return only(selection, known.isPage)(response)
    })
  }
}
