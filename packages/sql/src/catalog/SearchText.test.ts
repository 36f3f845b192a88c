import { assert, describe, it } from "@effect/vitest"
import { cpuUsage } from "node:process"
import { fold, plainText, words } from "./SearchText.ts"

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

describe("the text of a description", () => {
  it("has no tags, comments, scripts and styles, and has its entities read", () => {
    assert.strictEqual(
      plainText(
        "<p class=\"a > b\">Oak &amp; <b>walnut</b></p><!-- secret > --><SCRIPT>var x = '<b>'</SCRIPT>"
          + "<style>p { color: red }</style>caf&#233; &#x41; &unknown; 3 < 4"
      ).replace(/\s+/g, " ").trim(),
      "b\">Oak & walnut caf\u00e9 A &unknown; 3 < 4"
    )
  })

  it("ends where markup does not", () => {
    for (const open of ["<!-- never closed", "<script>never closed", "<b never closed"]) {
      assert.strictEqual(plainText(`before ${open}`).trim(), "before")
    }
    assert.strictEqual(plainText("&#0;&#1114112;&#xffffff;").trim(), "")
  })

  it("takes no longer for markup that is made to take long", () => {
    const long = 100_000
    // of the processor's time, for others may compute as well
    const began = cpuUsage()
    for (const piece of ["<", "<a", "<!--", "<script", "<!-", "&#", "&a", "</"]) plainText(piece.repeat(long / piece.length))
    words("a'".repeat(long / 2))
    assert.isBelow(cpuUsage(began).user, 2_000_000)
  })
})
