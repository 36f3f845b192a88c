import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FakeServer from "./FakeServer.ts"

const post = (url: string) =>
  Effect.result(Effect.tryPromise(() => fetch(url, { method: "POST", body: "x" }).then((answer) => answer.text())))

describe("a fake server", () => {
  it.effect("answers, and fails once in the way that it is told", () =>
    Effect.scoped(Effect.gen(function*() {
      let done = 0
      const server = yield* FakeServer.open({
        handle: ({ body, method, path, query }) => {
          if (method === "POST") done += 1
          return { status: 200, body: { path, x: query.get("x"), body } }
        }
      })
      const url = `${server.url}/a?x=1`
      const good = yield* post(url)
      assert.deepStrictEqual(good._tag === "Success" ? JSON.parse(good.success) : good, { path: "/a", x: "1", body: "x" })
      for (
        const [fault, tag, isDone] of [
          ["lost_request", "Failure", 0],
          ["lost_answer", "Failure", 1],
          ["broken", "Success", 0],
          ["gibberish", "Success", 1]
        ] as const
      ) {
        done = 0
        yield* server.fail(fault)
        // what only reads is not what goes wrong
        yield* Effect.promise(() => fetch(url).then((answer) => answer.text()))
        assert.strictEqual((yield* post(url))._tag, tag, fault)
        assert.strictEqual(done, isDone, fault)
        assert.strictEqual((yield* post(url))._tag, "Success")
      }
      assert.deepStrictEqual(server.requests.slice(0, 3), ["POST /a", "GET /a", "POST /a"])
    })))
})
