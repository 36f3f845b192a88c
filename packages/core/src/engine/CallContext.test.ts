import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Orders } from "../orders/Orders.ts"
import { Mailer } from "../notifications/Mailer.ts"
import * as CallContext from "./CallContext.ts"

const folder = fileURLToPath(new URL("..", import.meta.url))

describe("CallContext", () => {
  it("knows every reference of the engine: one that it does not know would have its default in every call", () => {
    const declared = globSync("**/*.ts", { cwd: folder, exclude: ["**/*.test.ts", "testing/**"] })
      .flatMap((file) =>
        Array.from(
          readFileSync(`${folder}${file}`, "utf8").matchAll(/export const \w+[^=]*= Context\.Reference<[^(]*\(\s*"([^"]+)"/g),
          ([, key]) => key ?? ""
        )
      )
    assert.isAbove(declared.length, 20)
    assert.deepStrictEqual(declared.filter((key) => !CallContext.readByCalls.has(key)), [])
  })

  it("leaves the engine's services out, and keeps its settings and what is not the engine's", () => {
    class Loyal extends Context.Service<Loyal, { readonly level: number }>()("a-plugin/Loyal") {}
    const mailer: Mailer = { name: "none", send: () => assert.fail() }
    const context = Context.make(Mailer, mailer).pipe(
      Context.add(Orders, {} as Orders["Service"]),
      Context.add(Loyal, { level: 3 })
    )
    const kept = CallContext.of(context as Context.Context<never>)
    assert.strictEqual(Context.get(kept, Mailer), mailer)
    assert.deepStrictEqual([...kept.mapUnsafe.keys()].toSorted(), ["@stoa/core/notifications/Mailer", "a-plugin/Loyal", References.TracerEnabled.key].toSorted())
  })

  it("traces calls where an engine was given a tracer, and only there", () => {
    const tracer = Tracer.make({ span: (options) => new Tracer.NativeSpan(options) })
    assert.isFalse(Context.get(CallContext.of(Context.empty()), References.TracerEnabled))
    assert.isTrue(Context.get(CallContext.of(Context.make(Tracer.Tracer, tracer)), References.TracerEnabled))
  })
})
