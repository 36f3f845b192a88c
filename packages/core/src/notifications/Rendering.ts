/**
 * Templates become messages.
 *
 * **Details**
 *
 * Liquid runs with limits on its work, without files and without anything of an object but its own properties. A
 * subject is one line, whatever is in the data, and in HTML every value is escaped.
 */
import * as Effect from "effect/Effect"
import type { Liquid } from "liquidjs"
import { oneLine } from "./Message.ts"
import type { Template } from "./Template.ts"

/** A template that cannot be rendered: a mistake of who wrote it. */
export class TemplateBroken extends Error {
  readonly _tag = "TemplateBroken"
  override readonly name = "TemplateBroken"
}

/** What is rendered of a template. */
export interface Rendered {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly sms: string | undefined
}

const limits = { parseLimit: 100_000, renderLimit: 200, memoryLimit: 5_000_000 } as const

/** Characters of a rendered text at most. */
const textLength = 100_000
/** Of a text message: four parts. */
const smsLength = 612

const make = async (escape: boolean): Promise<Liquid> => {
  // some hundred kilobytes of code, which a process that sends nothing never needs
  const { Liquid } = await import("liquidjs")
  return new Liquid({
    ...limits,
    ownPropertyOnly: true,
    strictFilters: true,
    relativeReference: false,
    // `include` and `render` find nothing: not the files of the machine either
    templates: {},
    timezoneOffset: 0,
    ...(escape ? { outputEscape: "escape" as const } : {})
  })
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;"
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

const paragraph = (text: string): string => {
  const escaped = escapeHtml(text)
  if (/^https?:\/\/\S+$/.test(text)) return `<p><a href="${escaped}">${escaped}</a></p>`
  if (/^[0-9]{6}$/.test(text)) return `<p style="font-size:28px;letter-spacing:6px;font-weight:bold">${escaped}</p>`
  return `<p>${escaped.replaceAll("\n", "<br>")}</p>`
}

/** A page of paragraphs, from a text. */
const page = (subject: string, body: string): string =>
  "<!doctype html><html><head><meta charset=\"utf-8\">"
  + `<title>${escapeHtml(subject)}</title></head>`
  + "<body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:2em auto;padding:0 1em\">"
  + `${body}</body></html>`

/** Builds the renderer. */
export const renderer = Effect.sync(() => {
  let plain: Promise<Liquid> | undefined
  let escaping: Promise<Liquid> | undefined

  const render = async (template: Template, data: object): Promise<Rendered> => {
    const liquid = await (plain ??= make(false))
    const run = async (source: string) => String(await liquid.parseAndRender(source, data)).slice(0, textLength)
    const subject = oneLine(await run(template.subject))
    const text = (await run(template.text)).trim()
    const html = template.html === undefined
      ? page(subject, text.split(/\n{2,}/).map(paragraph).join("\n"))
      : String(await (await (escaping ??= make(true))).parseAndRender(template.html, data)).slice(0, textLength)
    const sms = template.sms === undefined ? undefined : (await run(template.sms)).trim().slice(0, smsLength)
    return { subject, text, html, sms }
  }

  return (template: Template, data: object): Effect.Effect<Rendered, TemplateBroken> =>
    Effect.tryPromise({
      try: () => render(template, data),
      // the message of Liquid quotes the template, and so may quote what it was given
      catch: () => new TemplateBroken("A template cannot be rendered: its syntax is wrong, or it does too much")
    })
})
