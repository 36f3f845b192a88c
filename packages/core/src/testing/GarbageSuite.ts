import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createStoa } from "../engine/Stoa.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** What a program without a type checker may hand over instead of what was asked for. */
const garbage: ReadonlyArray<readonly [name: string, value: unknown]> = [
  ["undefined", undefined],
  ["null", null],
  ["a boolean", true],
  ["a number", 7],
  ["no number", Number.NaN],
  ["a bigint", 3n],
  ["a symbol", Symbol("id")],
  ["an empty text", ""],
  ["a NUL character", "\0"],
  ["half a character", "\ud800"],
  ["a very long text", "x".repeat(20_000)],
  ["an object", {}],
  ["an object without a prototype", Object.create(null)],
  ["an object of bigints", { id: 3n, version: 3n, limit: 3n }],
  ["a list", []],
  ["a list of nothing", [null]],
  ["a function", () => 1],
  ["a date", new Date(0)],
  ["a map", new Map([["id", 1]])]
]

type Methods = Readonly<Record<string, (...args: ReadonlyArray<unknown>) => unknown>>

/** What became of a call: how it failed, if it did. */
const outcome = async (call: () => unknown): Promise<unknown> => {
  try {
    const answer = await call()
    if (typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer) {
      await (answer as AsyncIterable<unknown>)[Symbol.asyncIterator]().next()
    }
    return undefined
  } catch (error) {
    return error
  }
}

/** Whoever calls the engine with what is no input of its methods is told so, and nothing breaks. */
export const garbageSuite = ({ name, storage }: StorageHarness): void => {
  describe(`garbage as input in ${name}`, () => {
    const withShop = (test: (shop: Awaited<ReturnType<typeof createStoa>>) => Promise<void>) =>
      Effect.promise(async () => {
        await using shop = await createStoa({ storage: { layer: () => Layer.orDie(storage()) }, workers: false })
        await test(shop)
      })

    const methodsOf = (shop: object): ReadonlyArray<readonly [string, (...args: ReadonlyArray<unknown>) => unknown]> =>
      Object.entries(shop).filter(([part]) => part !== "context").flatMap(([part, service]) =>
        typeof service !== "object" || service === null
          ? []
          : Object.entries(service as Methods).filter(([, method]) => typeof method === "function").map((
            [method, call]
          ) => [`${part}.${method}`, call] as const)
      )

    it.live("is refused by every method of every service with an error of the engine", () =>
      withShop(async (shop) => {
        const methods = methodsOf(shop)
        assert.isAbove(methods.length, 80)
        const broken: Array<string> = []
        for (const [method, call] of methods) {
          for (const [what, value] of garbage) {
            for (const args of [[value], [value, value, value], ["x", value], ["x", "x", value]]) {
              const error = await outcome(() => call(...args))
              if (error === undefined || (isStoaError(error) && error.kind !== "unavailable")) continue
              broken.push(`${method} with ${what} as its argument ${args.length}: ${String(error)}`)
            }
          }
        }
        assert.deepStrictEqual(broken, [])
      }))

    it.live("is named by the parameter that it was given for", () =>
      withShop(async (shop) => {
        // the system has neither an account nor a cart of its own, and nothing is no credential
        const expected = new Set(["invalid_input", "unauthenticated", "cart_not_found", "invalid_token"])
        const broken: Array<string> = []
        for (const [method, call] of methodsOf(shop)) {
          const error = await outcome(() => call())
          if (error === undefined) continue
          assert(isStoaError(error), `${method}: ${String(error)}`)
          if (!expected.has(error.code)) broken.push(`${method}: ${error.code}`)
        }
        assert.deepStrictEqual(broken, [])
        const pathsOf = async (call: () => unknown) => {
          const error = await outcome(call)
          return error instanceof InvalidInput ? error.faults.map(({ path }) => path.join(".")) : error
        }
        assert.deepStrictEqual(await pathsOf(() => shop.catalog.getProduct(undefined as never)), ["idOrSlug"])
        assert.deepStrictEqual(
          await pathsOf(() => shop.carts.updateItem(7 as never, null as never, { quantity: 1 })),
          ["cart", "lineId"]
        )
        assert.deepStrictEqual(await pathsOf(() => shop.inStore(7 as never)), ["code"])
        assert.deepStrictEqual(await pathsOf(() => shop.as({ _tag: "customer" } as never)), ["customerId"])
      }))
  })
}
