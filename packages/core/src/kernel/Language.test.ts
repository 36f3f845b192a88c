import { assert, describe, it } from "@effect/vitest"
import * as Language from "./Language.ts"

describe("languages", () => {
  it("of a header come in the order in which they are wanted, without those that are not", () => {
    const of = Language.accepted
    assert.deepStrictEqual(of("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), ["fr-CH", "fr", "en", "de"])
    assert.deepStrictEqual(of("de;q=0.2 , en ; q=0.9,pl;q=0"), ["en", "de"])
    for (const nothing of ["", ",", ";q=1", "de;q=2", "de;q=x", "<script>", "x".repeat(9)]) assert.deepStrictEqual(of(nothing), [], nothing)
    assert.strictEqual(of(Array.from({ length: 500 }, () => "de").join(",")).length, 20)
  })

  it("that fit are spoken themselves, as what they are a kind of, or as a kind of them", () => {
    const spoken = ["en-US", "de", "pt-BR"]
    const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string | undefined]> = [
      [["de-AT"], "de"],
      [["DE"], "de"],
      [["en"], "en-US"],
      [["pt-PT", "de"], "de"],
      [["pt"], "pt-BR"],
      [["fr", "en", "de"], "en-US"],
      [["d"], undefined],
      [["fr"], undefined],
      [[], undefined]
    ]
    for (const [wanted, found] of cases) assert.strictEqual(Language.negotiate(wanted, spoken), found, wanted.join())
  })
})
