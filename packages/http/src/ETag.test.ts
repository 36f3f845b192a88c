import type { Category } from "@stoa/core/catalog/Category"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ETag from "./ETag.ts"
import { app, json, problem, staffKey, stub } from "./testing/StubEngine.ts"

const category = (version: number, name = "Mugs") =>
  ({
    id: "cat_01jd5m8x2vf6grc1x7e9w0b3qk",
    parentId: null,
    name,
    slug: "mugs",
    description: "",
    seo: { title: null, description: null },
    translations: {},
    position: 0,
    path: ["cat_01jd5m8x2vf6grc1x7e9w0b3qk"],
    version,
    createdAt: "2026-11-21T08:00:00.000Z",
    updatedAt: "2026-11-21T08:00:00.000Z"
  }) as unknown as Category

/** A category that is at version 3. */
const shop = () => {
  let current = category(3)
  const deleted: Array<string> = []
  const engine = stub({
    catalog: {
      listCategories: Effect.sync(() => [current]),
      getCategory: () => Effect.sync(() => current),
      updateCategory: (id, input) =>
        Effect.suspend(() => {
          if (input.version !== undefined && input.version !== current.version) {
            return Effect.fail(new VersionConflict({ id, expected: input.version }))
          }
          current = category(current.version + 1, input.name)
          return Effect.succeed(current)
        }),
      deleteCategory: (id, { version } = {}) =>
        Effect.suspend(() => {
          if (version !== undefined && version !== current.version) {
            return Effect.fail(new VersionConflict({ id, expected: version }))
          }
          deleted.push(id)
          return Effect.void
        })
    }
  })
  return { engine, deleted }
}

const staff = { "x-api-key": staffKey }

describe("an entity tag", () => {
  it("names a version, and only tags of ours are understood", () => {
    assert.strictEqual(ETag.expectedVersion("\"v3-abc_DEF\""), 3)
    assert.strictEqual(ETag.expectedVersion("W/\"v12-abc\""), 12)
    assert.strictEqual(ETag.expectedVersion("\"v7\""), 7)
    assert.isNull(ETag.expectedVersion(undefined))
    assert.isNull(ETag.expectedVersion("*"))
    for (const strange of ["", "3", "v3", "\"3\"", "\"abc\"", "\"v0-a\"", "\"v1\", \"v2\"", "\"v99999999999999999999\""]) {
      assert.isUndefined(ETag.expectedVersion(strange), strange)
    }
  })

  it.effect("is on what was read, and saves reading it again", () =>
    Effect.gen(function*() {
      const { engine } = shop()
      const call = yield* app(engine)
      const first = yield* call("/api/v1/categories/mugs")
      const tag = first.headers.get("etag") ?? ""
      assert.match(tag, /^"v3-[\w-]+"$/)
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
        const again = yield* call("/api/v1/categories/mugs", { headers: { "if-none-match": known } })
        assert.strictEqual(again.status, 304)
        assert.strictEqual(again.headers.get("etag"), tag)
        assert.strictEqual(yield* Effect.promise(() => again.text()), "")
      }
      assert.strictEqual((yield* call("/api/v1/categories/mugs", { headers: { "if-none-match": "\"v3-old\"" } })).status, 200)
    }))

  it.effect("changes with what is shown, even where the version stays", () =>
    Effect.gen(function*() {
      let name = "Mugs"
      const call = yield* app(stub({ catalog: { getCategory: () => Effect.sync(() => category(3, name)) } }))
      const before = yield* call("/api/v1/categories/mugs")
      name = "Cups"
      const after = yield* call("/api/v1/categories/mugs", {
        headers: { "if-none-match": before.headers.get("etag") ?? "" }
      })
      assert.strictEqual(after.status, 200)
      assert.notStrictEqual(after.headers.get("etag"), before.headers.get("etag"))
    }))

  it.effect("is told without the body, to who asks for the head alone", () =>
    Effect.gen(function*() {
      const { engine } = shop()
      const call = yield* app(engine)
      const head = yield* call("/api/v1/categories/mugs", { method: "HEAD" })
      assert.strictEqual(head.status, 200)
      assert.strictEqual(head.headers.get("etag"), (yield* call("/api/v1/categories/mugs")).headers.get("etag"))
      assert.strictEqual(yield* Effect.promise(() => head.text()), "")
    }))

  it.effect("is on lists too", () =>
    Effect.gen(function*() {
      const { engine } = shop()
      const call = yield* app(engine)
      const tag = (yield* call("/api/v1/categories")).headers.get("etag") ?? ""
      assert.strictEqual((yield* call("/api/v1/categories", { headers: { "if-none-match": tag } })).status, 304)
    }))

  it.effect("in If-Match lets a change through that is based on what is there, and no other", () =>
    Effect.gen(function*() {
      const { engine } = shop()
      const call = yield* app(engine)
      const path = "/api/v1/admin/categories/cat_1"
      const tag = (yield* call("/api/v1/categories/mugs")).headers.get("etag") ?? ""
      const patch = (headers: Record<string, string>, body: unknown = { name: "Cups" }) =>
        call(path, json(body, { ...staff, ...headers }, "PATCH"))
      const changed = yield* patch({ "if-match": tag })
      assert.strictEqual(changed.status, 200)
      assert.match(changed.headers.get("etag") ?? "", /^"v4-/)
      const stale = yield* patch({ "if-match": tag })
      assert.strictEqual(stale.status, 412)
      assert.strictEqual((yield* problem(stale)).code, "version_conflict")
      const strange = yield* patch({ "if-match": "\"from another shop\"" })
      assert.strictEqual(strange.status, 412)
      assert.strictEqual((yield* problem(strange)).code, "precondition_failed")
      assert.strictEqual((yield* patch({ "if-match": "*" })).status, 200)
      assert.strictEqual((yield* patch({})).status, 200)
      assert.strictEqual((yield* patch({ "if-match": "\"v6\"" }, { name: "Mugs", version: 5 })).status, 400)
      assert.strictEqual((yield* patch({}, { name: "Mugs", version: 1 })).status, 412)
    }))

  it.effect("in If-Match keeps a changed thing from being deleted", () =>
    Effect.gen(function*() {
      const { deleted, engine } = shop()
      const call = yield* app(engine)
      const remove = (tag: string) =>
        call("/api/v1/admin/categories/cat_1", { method: "DELETE", headers: { ...staff, "if-match": tag } })
      assert.strictEqual((yield* remove("\"v2-abc\"")).status, 412)
      assert.deepStrictEqual(deleted, [])
      assert.strictEqual((yield* remove("\"v3-abc\"")).status, 204)
      assert.deepStrictEqual(deleted, ["cat_1"])
    }))
})
