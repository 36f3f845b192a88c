import { assert, describe, it } from "@effect/vitest"
import { cpuUsage } from "node:process"
import * as RichText from "./RichText.ts"

interface Said {
  readonly title?: string
  readonly description?: string
  readonly translations?: Readonly<Record<string, { readonly title?: string; readonly description?: string }>>
}

describe("a description", () => {
  it("keeps the markup that shops write", () => {
    const written = "<h2>Oak</h2><p>From <strong>one</strong> tree, <a href=\"/about\">ours</a>.</p><ul><li>a</li></ul>"
      + "<table><tr><td colspan=\"2\">1</td></tr></table><img src=\"https://cdn.example.com/a.png\" alt=\"A\" />"
    assert.strictEqual(RichText.clean(written), written)
  })

  it("keeps a text without markup to the letter", () => {
    for (const text of ["", "Fish & chips", "3 < 4 && 5 > 4", "a <3 b", "&lt;script&gt;", "one\n\ntwo \"three\""]) {
      assert.strictEqual(RichText.clean(text), text)
    }
  })

  it("loses whatever could act or take somebody elsewhere unseen", () => {
    const attacks = [
      ["<script>alert(1)</script>x", "x"],
      ["<p onclick=\"a()\" style=\"position:fixed\" class=\"x\" id=\"y\">x</p>", "<p>x</p>"],
      ["<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"],
      ["<a href=\"java&#10;script:alert(1)\">x</a>", "<a>x</a>"],
      ["<a href=\"//evil.example.com\">x</a>", "<a>x</a>"],
      ["<img src=\"data:image/svg+xml;base64,AA\" onerror=\"a()\">", ""],
      ["<iframe src=\"https://evil.example.com\"></iframe>", ""],
      ["<svg><a xlink:href=\"javascript:a()\">x</a></svg>", "<a>x</a>"],
      ["<form action=\"/x\"><input name=\"a\">x</form>", "x"],
      ["<base href=\"https://evil.example.com\"><meta http-equiv=\"refresh\" content=\"0\">x", "x"],
      ["<!--[if IE]><script>a()</script><![endif]-->x", "x"],
      ["<math><mtext><style><img src=x onerror=a()></style></mtext></math>", ""],
      ["<p>&lt;script&gt;a()&lt;/script&gt;</p>", "<p>&lt;script&gt;a()&lt;/script&gt;</p>"]
    ] as const
    for (const [written, kept] of attacks) {
      assert.strictEqual(RichText.clean(written), kept, written)
      assert.strictEqual(RichText.clean(kept), kept, kept)
    }
  })

  it("is cleaned in every language, and refused where it is too long as HTML", () => {
    const input: Said = { title: "A", description: "<p onclick=a()>x</p>", translations: { de: { description: "<b>&</b>" }, fr: { title: "B" } } }
    assert.deepStrictEqual(RichText.cleaned(input, 100), {
      input: { title: "A", description: "<p>x</p>", translations: { de: { description: "<b>&amp;</b>" }, fr: { title: "B" } } },
      faults: []
    })
    assert.deepStrictEqual(RichText.cleaned(input, 10).faults.map(({ path }) => path.join(".")), ["translations.de.description"])
  })

  it("is clean also where its markup was made to take long", () => {
    for (const piece of ["<a", "<!--", "<script", "<p>", "</p>", "<a href='", "<ul><li>"]) {
      const once = RichText.clean(piece.repeat(100_000 / piece.length))
      assert.notMatch(once, /<(?:script|!)/)
      assert.isTrue(RichText.clean(once) === once, piece)
    }
  })
})

describe("the text of a description", () => {
  it("has no tags, comments, scripts and styles, and has its entities read", () => {
    assert.strictEqual(
      RichText.plain(
        "<p class=\"a > b\">Oak &amp; <b>walnut</b></p><!-- secret > --><SCRIPT>var x = '<b>'</SCRIPT>"
          + "<style>p { color: red }</style>caf&#233; &#x41; &unknown; 3 < 4"
      ).replace(/\s+/g, " ").trim(),
      "b\">Oak & walnut caf\u00e9 A &unknown; 3 < 4"
    )
  })

  it("ends where markup does not", () => {
    for (const open of ["<!-- never closed", "<script>never closed", "<b never closed"]) {
      assert.strictEqual(RichText.plain(`before ${open}`).trim(), "before")
    }
    assert.strictEqual(RichText.plain("&#0;&#1114112;&#xffffff;").trim(), "")
  })

  it("takes no longer for markup that is made to take long", () => {
    const long = 100_000
    // of the processor's time, for others may compute as well
    const began = cpuUsage()
    for (const piece of ["<", "<a", "<!--", "<script", "<!-", "&#", "&a", "</"]) RichText.plain(piece.repeat(long / piece.length))
    assert.isBelow(cpuUsage(began).user, 2_000_000)
  })
})
