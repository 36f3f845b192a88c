/**
 * HTML as a template: `html\`<h1>${title}</h1>\``. Whatever is put into it is text, unless it is HTML itself.
 */
import * as RichText from "@stoa/core/kernel/RichText"

export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Part = Html | string | number | null | undefined | false | ReadonlyArray<Part>

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const written = (part: Part): string => {
  if (part === null || part === undefined || part === false) return ""
  if (part instanceof Html) return part.text
  return typeof part === "string" || typeof part === "number" ? escaped(String(part)) : part.map(written).join("")
}

/** A description, which is HTML. The engine has cleaned it; it is cleaned again, as somebody may have written it past the engine. */
export const rich = (description: string): Html => {
  const text = RichText.clean(description)
  return new Html(text.includes("<") ? text : `<p class="plain">${text}</p>`)
}

export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html =>
  new Html(strings.map((text, index) => text + written(parts[index])).join(""))
