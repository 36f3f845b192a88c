/**
 * What is said at length of products, categories, collections, brands and vendors: HTML as shops write it, with headings, lists, tables,
 * links and pictures, and with nothing that could act. It is cleaned before it is kept, so what was kept by an engine that does so may be shown
 * as it is; `clean` does the same for what is older.
 *
 * **Details**
 *
 * Elements that are not allowed leave their text behind, scripts and styles do not. Attributes are those of links, pictures and table
 * cells; addresses are of http, https, mailto and tel, or of the shop itself, and pictures are of https. What has no markup is kept to
 * the letter.
 */
import * as Effect from "effect/Effect"
import sanitizeHtml from "sanitize-html"
import { InvalidInput, type Fault } from "./Input.ts"

const options: sanitizeHtml.IOptions = {
  allowedTags: [
    "p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "strong", "b", "em", "i", "u", "s", "del", "ins",
    "mark", "small", "sub", "sup", "code", "pre", "blockquote", "q", "cite", "abbr", "a", "img", "figure", "figcaption", "table", "caption", "thead",
    "tbody", "tfoot", "tr", "th", "td"
  ],
  allowedAttributes: {
    a: ["href", "title"],
    img: ["src", "alt", "title", "width", "height"],
    th: ["colspan", "rowspan", "scope"],
    td: ["colspan", "rowspan"],
    ol: ["start"],
    abbr: ["title"],
    "*": ["lang", "dir"]
  },
  allowedSchemes: ["http", "https", "mailto", "tel"],
  allowedSchemesByTag: { img: ["https"] },
  allowProtocolRelative: false,
  // a picture without an address shows nothing
  exclusiveFilter: ({ attribs, tag }) => tag === "img" && attribs["src"] === undefined
}

/** Whether a text could be read as anything but text: only what follows such a sign begins an element or a comment. */
const hasMarkup = (text: string): boolean => /<[a-z/!?]/i.test(text)

/** The text without what could act. What is clean stays as it is. */
export const clean = (html: string): string => hasMarkup(html) ? sanitizeHtml(html, options) : html

interface Described {
  readonly description?: string
  readonly translations?: { readonly [language: string]: { readonly description?: string } }
}

/** Input whose descriptions are clean in all languages, and which of them are too long by that, as signs such as & are written out. */
export const cleaned = <A extends Described>(input: A, maximum: number): { readonly input: A; readonly faults: ReadonlyArray<Fault> } => {
  const faults: Array<Fault> = []
  const of = <D extends { readonly description?: string }>(said: D, path: ReadonlyArray<string>): D => {
    if (said.description === undefined) return said
    const description = clean(said.description)
    if (description.length > maximum) faults.push({ path: [...path, "description"], message: `is longer than ${maximum} characters as HTML`, code: "too_long", params: { maximum } })
    return description === said.description ? said : { ...said, description }
  }
  const own = of(input, [])
  if (own.translations === undefined) return { input: own, faults }
  const translations = Object.fromEntries(Object.entries(own.translations).map(([language, said]) => [language, of(said, ["translations", language])]))
  return { input: { ...own, translations }, faults }
}

/** Reads input as before, and cleans its descriptions, of up to so many characters each. */
export const cleaning = <I, A extends Described>(decode: (input: I) => Effect.Effect<A, InvalidInput>, maximum: number) => (input: I): Effect.Effect<A, InvalidInput> =>
  Effect.flatMap(decode(input), (decoded) => {
    const { faults, input } = cleaned(decoded, maximum)
    return faults.length === 0 ? Effect.succeed(input) : Effect.fail(new InvalidInput({ faults }))
  })

/** Elements whose text nobody reads. */
const silent = new Set(["script", "style", "template", "noscript"])

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: "\"",
  apos: "'",
  nbsp: " "
}

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " "
  })

/** The text of HTML, for searches and machines: what comes out may still look like markup. Takes linear time. */
export const plain = (html: string): string => {
  if (!html.includes("<")) return decodeEntities(html)
  // toLowerCase would change the length of some texts
  const lower = html.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
  let text = ""
  let from = 0
  while (from < html.length) {
    const tag = html.indexOf("<", from)
    if (tag === -1 || !/[a-z/!?]/.test(lower.charAt(tag + 1))) {
      // a bare < is text
      const end = tag === -1 ? html.length : tag + 1
      text += html.slice(from, end)
      from = end
      continue
    }
    text += `${html.slice(from, tag)} `
    const comment = html.startsWith("<!--", tag)
    const name = /^[a-z]*/.exec(lower.slice(tag + 1, tag + 12))?.[0] ?? ""
    const close = comment ? "-->" : silent.has(name) ? `</${name}` : ">"
    const end = lower.indexOf(close, tag)
    if (end === -1) break
    from = silent.has(name) && !comment ? end : end + close.length
  }
  return decodeEntities(text)
}
