import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { AdjustStock } from "../inventory/Stock.ts"
import * as Input from "../kernel/Input.ts"
import { CancelOrder } from "../orders/Order.ts"
import { CreateRefund } from "../payments/Payment.ts"
import { CreateStore } from "../stores/Store.ts"
import { PlaceOrder } from "./CheckoutInput.ts"

const address = { name: "Ada", line1: "12 Mill Lane", city: "Graz", country: "AT" }
const payment = { gateway: "sandbox" }
const adjustments = [{ variantId: `var_${"0".repeat(26)}`, delta: 1 }]

/** Where a person can write what ends up in the books of an order, with the rest that is needed there. */
const places: ReadonlyArray<
  readonly [path: string, schema: Schema.ConstraintDecoder<unknown>, input: (text: string) => unknown]
> = [
  ["email", PlaceOrder, (text) => ({ payment, email: `ada${text}@example.com` })],
  ["note", PlaceOrder, (text) => ({ payment, note: text })],
  ["shippingAddress.name", PlaceOrder, (text) => ({ payment, shippingAddress: { ...address, name: `Ada${text}` } })],
  ["payment.method", PlaceOrder, (text) => ({ payment: { ...payment, method: text } })],
  ["payment.returnUrl", PlaceOrder, (text) => ({ payment: { ...payment, returnUrl: `https://shop.example/${text}` } })],
  ["reason", CancelOrder, (text) => ({ reason: text })],
  ["reason", CreateRefund, (text) => ({ reason: text })],
  ["reason", AdjustStock, (text) => ({ adjustments, reason: text })],
  ["name", CreateStore, (text) => ({ code: "main", currency: "USD", name: `Main${text}` })]
]

describe("what people write", () => {
  for (const [path, schema, input] of places) {
    it.effect(`is refused as a ${path} that no database would keep as it is`, () =>
      Effect.gen(function*() {
        const decode = Input.decoder(schema)
        yield* decode(input("x"))
        for (const text of ["a\0b", "a\ud800b"]) {
          const { faults } = yield* Effect.flip(decode(input(text)))
          assert.deepStrictEqual(faults.map((fault) => fault.path.join(".")), [path])
        }
      }))
  }
})
