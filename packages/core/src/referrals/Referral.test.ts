import { assert, describe, it } from "@effect/vitest"
import type { Address } from "../kernel/Address.ts"
import { mailbox, place } from "./Referral.ts"

describe("two people who may be one", () => {
  it("share a mailbox, whatever follows a plus sign and wherever Google lets dots be", () => {
    assert.strictEqual(mailbox("Ada+shop@Example.com"), "ada@example.com")
    assert.strictEqual(mailbox("a.d.a+1@googlemail.com"), mailbox("ada@gmail.com"))
    assert.notStrictEqual(mailbox("a.da@example.com"), mailbox("ada@example.com"))
    assert.notStrictEqual(mailbox("ada@example.com"), mailbox("ada@example.org"))
  })

  it("share an address, however it is written and whoever is named", () => {
    const home: Address = { name: "Ada", line1: "Rue de l'Étoile 12", city: "Paris", postalCode: "75017", country: "FR" }
    assert.strictEqual(place({ ...home, name: "Bob", line1: "RUE DE L ETOILE, 12", postalCode: "75 017" }), place(home))
    assert.notStrictEqual(place({ ...home, line2: "2nd floor" }), place(home))
    assert.notStrictEqual(place({ ...home, line1: "Rue de l'Étoile 13" }), place(home))
    assert.notStrictEqual(place({ ...home, country: "BE" }), place(home))
  })
})
