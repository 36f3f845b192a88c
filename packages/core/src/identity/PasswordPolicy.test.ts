import { assert, describe, it } from "@effect/vitest"
import { commonPasswords } from "./CommonPasswords.ts"
import { leakedPasswords } from "./LeakedPasswords.ts"
import { isGuessable } from "./PasswordPolicy.ts"

describe("guessable passwords", () => {
  for (
    const password of [
      "password",
      "Password1!",
      "P@ssw0rd",
      "p4$$w0rd2026",
      "!password!",
      "Summer2026",
      "dragon99",
      "iloveyou",
      "ILOVEYOU!!",
      "letmein123",
      "stoastoa",
      "Checkout1",
      "webshop2026",
      "aaaaaaaa",
      "abababab",
      "12345678",
      "87654321",
      "23456789",
      "abcdefgh",
      "qwertyui",
      "poiuytre",
      "asdfghjk",
      "1qaz2wsx",
      "passpass",
      "123123123",
      "abc123abc123",
      "monkeymonkey",
      "        "
    ]
  ) {
    it(`refuses ${JSON.stringify(password)}`, () => assert.isTrue(isGuessable(password)))
  }

  for (
    const password of [
      "correct horse battery staple",
      "dragon-eats-my-sister",
      "mV3#qk9!xL",
      "Grünkohl mit Pinkel",
      "tulip lamp seven river",
      "password manager made me do it",
      "8c1f2a7be0"
    ]
  ) {
    it(`takes ${JSON.stringify(password)}`, () => assert.isFalse(isGuessable(password)))
  }

  it("refuses the passwords that most people were found to use, however they are decorated", () => {
    const leaked = leakedPasswords.trim().split(/\s+/)
    assert.strictEqual(new Set(leaked).size, 5_000)
    assert.isTrue(leaked.every((password) => password.length >= 8))
    assert.deepStrictEqual(leaked.filter((password) => !isGuessable(password)), [])
    for (const password of ["Superman", "Jennifer1", "corvette!!", "M1chelle99"]) assert.isTrue(isGuessable(password), password)
  })

  it("refuses what is known of its owner", () => {
    const known = ["ada.lovelace@analytical.example", "Augusta King-Noel"]
    const guesses = ["ada.lovelace@analytical.example", "AdaLovelace1", "lovelace2026", "analytical!", "Augusta99"]
    for (const password of guesses) {
      assert.isTrue(isGuessable(password, known), password)
    }
    assert.isFalse(isGuessable("lovelace wrote programs", known))
  })

  it("answers in time that grows with the length, whatever the characters", () => {
    for (const sign of ["a", "!", "1", "\u0000", "\ud800"]) isGuessable(sign.repeat(128))
    assert.isTrue(commonPasswords.size > 900)
  })
})
