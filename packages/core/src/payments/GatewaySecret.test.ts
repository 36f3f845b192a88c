import { assert, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../kernel/Input.ts"
import * as GatewaySecret from "./GatewaySecret.ts"

it("a gateway's secret that is missing or blank is refused by the name of its option", () => {
  for (const secret of [undefined as never, null as never, "", "  ", Redacted.make("")]) {
    try {
      GatewaySecret.required("secretKey", secret)
      assert.fail("it was taken")
    } catch (error) {
      assert.instanceOf(error, InvalidInput)
      assert.deepStrictEqual(error.faults[0]?.path, ["secretKey"])
    }
  }
  assert.strictEqual(Redacted.value(GatewaySecret.required("secretKey", "sk_1")), "sk_1")
  assert.strictEqual(Redacted.value(GatewaySecret.required("secretKey", Redacted.make("sk_1"))), "sk_1")
})
