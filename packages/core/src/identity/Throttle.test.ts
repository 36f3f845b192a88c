import { assert, describe, it } from "@effect/vitest"
import * as Throttle from "./Throttle.ts"

describe("the network of a caller", () => {
  for (
    const [address, network] of [
      ["203.0.113.7", "203.0.113.7"],
      ["::ffff:203.0.113.7", "203.0.113.7"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:0DB8:0001:0002:ffff::1", "2001:db8:1:2::/64"],
      ["2001:db8::1", "2001:db8:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      ["not an address", null],
      ["", null],
      [null, null]
    ] as const
  ) {
    it(`of ${address} is ${network}`, () => assert.strictEqual(Throttle.networkOf(address), network))
  }

  it("is part of what an account's failures are counted by, and nothing readable is stored", () => {
    const email = "ada@example.com"
    const here = Throttle.ofSignIn(email, { address: "203.0.113.7", userAgent: null })
    const there = Throttle.ofSignIn(email, { address: "198.51.100.1", userAgent: null })
    const nowhere = Throttle.ofSignIn(email, { address: null, userAgent: null })
    assert.strictEqual(new Set([here, there, nowhere].map(({ account }) => account.key)).size, 3)
    assert.notStrictEqual(here.network?.key, there.network?.key)
    assert.isUndefined(nowhere.network)
    assert.notInclude(JSON.stringify([here, there, nowhere]), "ada")
  })
})
