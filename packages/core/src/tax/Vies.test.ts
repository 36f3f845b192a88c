import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FakeServer from "../testing/FakeServer.ts"
import { vies } from "./Vies.ts"

const number = "FR12345678901"

describe("the register of the Commission", () => {
  const answers: ReadonlyArray<readonly [says: string, status: number, body: unknown, means: boolean | "ViesUnavailable"]> = [
    ["that a number is registered", 200, { valid: true, userError: "VALID" }, true],
    ["that it is not", 200, { valid: false, userError: "INVALID" }, false],
    ["the same in its other form", 200, { isValid: true }, true],
    ["that the member state does not answer, which is no answer", 200, { valid: false, userError: "MS_UNAVAILABLE" }, "ViesUnavailable"],
    ["that there are too many questions", 200, { actionSucceed: false, errorWrappers: [] }, "ViesUnavailable"],
    ["that it is broken", 500, {}, "ViesUnavailable"],
    ["something else", 200, ["valid"], "ViesUnavailable"]
  ]
  for (const [says, status, body, means] of answers) {
    it.effect(`may say ${says}`, () =>
      Effect.gen(function*() {
        const asked: Array<unknown> = []
        const server = yield* FakeServer.open({
          handle: (request) => {
            asked.push([request.method, request.path, JSON.parse(request.body)])
            return { status, body }
          }
        })
        const answer = yield* Effect.result(vies({ url: server.url }).isRegistered(number))
        assert.deepStrictEqual(
          answer._tag === "Success" ? answer.success : (answer.failure as { readonly _tag: string })._tag,
          means
        )
        assert.deepStrictEqual(asked, [
          ["POST", "/check-vat-number", { countryCode: "FR", vatNumber: "12345678901" }]
        ])
      }).pipe(Effect.scoped))
  }
})
