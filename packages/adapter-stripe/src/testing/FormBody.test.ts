import { assert, describe, it } from "@effect/vitest"
import * as FormBody from "./FormBody.ts"

describe("the body of a request to Stripe", () => {
  it("is nested as its brackets say", () => {
    assert.deepStrictEqual(FormBody.parse("amount=100&metadata[order]=1%26&expand[0]=a&expand[1]=b&a[b][c]=d"), {
      amount: "100",
      metadata: { order: "1&" },
      expand: ["a", "b"],
      a: { b: { c: "d" } }
    })
    assert.deepStrictEqual(FormBody.parse(""), {})
  })

  it("changes nothing but what it returns", () => {
    FormBody.parse("__proto__[polluted]=1&constructor[prototype][polluted]=1")
    assert.notProperty({}, "polluted")
  })
})
