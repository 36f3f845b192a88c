import type { Category } from "@stoa/core/catalog/Category"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { app, problem, stub } from "./testing/StubEngine.ts"

const category = {
  id: "cat_01jd5m8x2vf6grc1x7e9w0b3qk",
  parentId: null,
  name: "Mugs",
  slug: "mugs",
  description: "",
  seo: { title: "Mugs for all", description: null },
  translations: {},
  position: 0,
  path: ["cat_01jd5m8x2vf6grc1x7e9w0b3qk"],
  version: 3,
  createdAt: "2026-11-21T08:00:00.000Z",
  updatedAt: "2026-11-21T08:00:00.000Z"
} as unknown as Category

const engine = stub({
  catalog: {
    listCategories: Effect.succeed([category]),
    getCategory: () => Effect.succeed(category)
  }
})

const bodyOf = (answer: Effect.Effect<Response>): Effect.Effect<Record<string, unknown>> =>
  Effect.flatMap(answer, (response) => Effect.promise(async () => await response.json() as Record<string, unknown>))

const at = "/api/v1/categories/mugs"

describe("an answer", () => {
  it.effect("has no more than the fields that its reader names, in its own order", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      assert.deepStrictEqual(Object.entries(yield* bodyOf(call(`${at}?fields=slug,id`))), [["id", category.id], ["slug", "mugs"]])
      assert.deepStrictEqual(yield* bodyOf(call(`${at}?fields=name,%20seo.title`)), { name: "Mugs", seo: { title: "Mugs for all" } })
      const whole = { seo: { title: "Mugs for all", description: null } }
      assert.deepStrictEqual(yield* bodyOf(call(`${at}?fields=seo,seo.title`)), whole)
      assert.deepStrictEqual(yield* bodyOf(call(`${at}?fields=seo.title,seo`)), whole)
    }))

  it.effect("that is a list has them of each of its items", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      const answer = yield* bodyOf(call("/api/v1/categories?fields=id"))
      assert.deepStrictEqual(answer, { items: [{ id: category.id }], nextCursor: null })
    }))

  it.effect("keeps its version and has a tag of its own", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      const whole = (yield* call(at)).headers.get("etag")
      const part = (yield* call(`${at}?fields=id`)).headers.get("etag") ?? ""
      assert.match(part, /^"v3-/)
      assert.notStrictEqual(part, whole)
      assert.strictEqual((yield* call(`${at}?fields=id`, { headers: { "if-none-match": part } })).status, 304)
    }))

  it.effect("names the fields that there are to whoever names another", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      const faultOf = (fields: string) =>
        Effect.map(Effect.flatMap(call(`${at}?fields=${fields}`), problem), ({ code, detail }) => {
          assert.strictEqual(code, "invalid_input")
          return String(detail)
        })
      assert.match(yield* faultOf("id,titel"), /^fields: has no field "titel"; there are id, .*name/)
      assert.match(yield* faultOf("seo.keywords"), /; there are title, description, canonical$/)
      for (const wrong of ["", "id,", "__proto__", "constructor.name", "id.x", "*", "a".repeat(1_001)]) yield* faultOf(wrong)
    }))
})
