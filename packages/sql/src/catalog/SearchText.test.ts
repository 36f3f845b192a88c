import { assert, describe, it } from "@effect/vitest"
import { cpuUsage } from "node:process"
import { fold, words } from "./SearchText.ts"

const flat = (text: string) => words(text).map((parts) => parts.join("+"))

describe("the words that a product is found by", () => {
  it("are without case, accents and ligatures", () => {
    assert.strictEqual(fold("Crème BRÛLÉE, Łódź straße Œuvre ﬁne"), "creme brulee, lodz strasse oeuvre fine")
    assert.strictEqual(fold("cre\u0300me"), fold("crème"))
  })

  it("are letters and digits alone, so that no operator of a search language is left", () => {
    assert.deepStrictEqual(flat("\"board\" OR title:(x*) -NEAR(a, 2) ^b {c}"), [
      "board",
      "or",
      "title",
      "x",
      "near",
      "a",
      "2",
      "b",
      "c"
    ])
    assert.deepStrictEqual(flat("(a+)+$ \0 \u202e 'chef's' rock'n'roll"), ["a", "chefs", "rocknroll"])
    assert.deepStrictEqual(flat("!?* — …"), [])
  })

  it("are single signs where a script has no spaces, which must follow each other", () => {
    assert.deepStrictEqual(flat("木板 board"), ["木+板", "board"])
    assert.deepStrictEqual(flat("किताब"), ["किताब"])
  })
})

describe("the words of a text", () => {
  it("take no longer for a text that is made to take long", () => {
    // of the processor's time, for others may compute as well
    const began = cpuUsage()
    words("a'".repeat(50_000))
    assert.isBelow(cpuUsage(began).user, 2_000_000)
  })
})
