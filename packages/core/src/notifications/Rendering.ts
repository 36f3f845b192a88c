/**
 * Templates become messages.
 *
 * **Details**
 *
 * Liquid runs with limits on its work, without files and without anything of an object but its own properties. A
 * subject is one line, whatever is in the data, and in HTML every value is escaped. `{{ price | money }}` is an amount in
 * the manner of the message's language, given as `{ amount, currency }` in minor units.
 */
import * as Effect from "effect/Effect"
import type { Liquid } from "liquidjs"
import { format, type Money } from "../kernel/Money.ts"
import * as MailLayout from "./MailLayout.ts"
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

const limits = { parseLimit: 100_000, renderLimit: 1_000, memoryLimit: 5_000_000 } as const

/** Characters of a rendered text at most. */
const textLength = 100_000
/** Of a text message: four parts. */
const smsLength = 612

const make = async (escape: boolean): Promise<Liquid> => {
  // some hundred kilobytes of code, which a process that sends nothing never needs
  const { Liquid } = await import("liquidjs")
  const liquid = new Liquid({
    ...limits,
    ownPropertyOnly: true,
    strictFilters: true,
    relativeReference: false,
    // `include` and `render` find nothing: not the files of the machine either
    templates: {},
    timezoneOffset: 0,
    ...(escape ? { outputEscape: "escape" as const } : {})
  })
  liquid.registerFilter("money", function(value: unknown) {
    const locale: unknown = this.context.getSync(["locale"])
    return isMoney(value) ? format(value, typeof locale === "string" ? locale : "en") : ""
  })
  return liquid
}

const isMoney = (value: unknown): value is Money =>
  typeof value === "object" && value !== null && "amount" in value && Number.isSafeInteger(value.amount)
  && "currency" in value && typeof value.currency === "string" && /^[A-Z]{3}$/.test(value.currency)

/** What a template sees, besides what the message brings. */
export interface TemplateData {
  readonly store?: { readonly name: string; readonly url?: string | null }
  /** The language of the message, by which amounts are written. */
  readonly locale?: string
  readonly [name: string]: unknown
}

/** Builds the renderer. */
export const renderer = Effect.sync(() => {
  let plain: Promise<Liquid> | undefined
  let escaping: Promise<Liquid> | undefined

  const render = async (template: Template, data: TemplateData, footer?: Template): Promise<Rendered> => {
    const liquid = await (plain ??= make(false))
    const run = async (source: string) => String(await liquid.parseAndRender(source, data)).slice(0, textLength)
    const body = async ({ html }: Template, text: string) =>
      html === undefined
        ? MailLayout.paragraphs(text)
        : String(await (await (escaping ??= make(true))).parseAndRender(html, data)).slice(0, textLength)
    const subject = oneLine(await run(template.subject))
    const words = (await run(template.text)).trim()
    const last = footer === undefined ? "" : (await run(footer.text)).trim()
    const html = MailLayout.page(
      subject,
      await body(template, words),
      data.store?.name,
      footer === undefined ? "" : await body(footer, last)
    )
    const text = last === "" ? words : `${words}\n\n--\n${last}`
    const sms = template.sms === undefined ? undefined : (await run(template.sms)).trim().slice(0, smsLength)
    return { subject, text, html, sms }
  }

  /** Renders a template, with another one at its end if there is one to be. */
  return (template: Template, data: TemplateData, footer?: Template): Effect.Effect<Rendered, TemplateBroken> =>
    Effect.tryPromise({
      try: () => render(template, data, footer),
      // the message of Liquid quotes the template, and so may quote what it was given
      catch: () => new TemplateBroken("A template cannot be rendered: its syntax is wrong, or it does too much")
    })
})
