/**
 * Amounts and times as people read them: amounts from minor units, times in the zone of the store.
 */
import { language } from "../words/Words.ts"

export interface Money {
  readonly amount: number
  readonly currency: string
}

/** What stands before fractions: `"."`, or `","`. */
const fraction = new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? "."

const formats = new Map<string, Intl.NumberFormat>()

const currencyFormat = (currency: string): Intl.NumberFormat => {
  const known = formats.get(currency)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat(language, { style: "currency", currency })
  formats.set(currency, made)
  return made
}

/** How many digits the minor unit of a currency takes: 2 for dollars, none for yen. */
export const digits = (currency: string): number => currencyFormat(currency).resolvedOptions().maximumFractionDigits ?? 2

/** An amount as a decimal number in plain digits: `1999` cents are `"19.99"`. */
export const decimal = ({ amount, currency }: Money): string => {
  const places = digits(currency)
  const text = String(Math.abs(amount)).padStart(places + 1, "0")
  const sign = amount < 0 ? "-" : ""
  return places === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`
}

/** `"$19.99"`. */
export const money = (value: Money): string =>
  currencyFormat(value.currency).format(decimal(value) as Intl.StringNumericLiteral)

/** From one amount to another of the same currency: `"$19.99 – $29.99"`. */
export const moneyRange = (from: Money, to: Money): string =>
  from.amount === to.amount
    ? money(from)
    : currencyFormat(from.currency).formatRange(decimal(from) as Intl.StringNumericLiteral, decimal(to) as Intl.StringNumericLiteral)

/** The same without the small coins, for axes: `"$1.2K"`. */
export const shortMoney = (value: Money): string =>
  new Intl.NumberFormat(language, { style: "currency", currency: value.currency, notation: "compact", maximumFractionDigits: 1 })
    .format(decimal(value) as Intl.StringNumericLiteral)

/** An amount as it is written into a field, with the sign for fractions of the language. */
export const written = (value: Money): string => decimal(value).replace(".", fraction)

/** Minor units from what somebody wrote, `"19.99"` or `"19,99"`; `undefined` for what is no amount of the currency. */
export const parseMoney = (text: string, currency: string): Money | undefined => {
  const places = digits(currency)
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim())
  const [, whole = "", fraction = ""] = match ?? []
  if (match === null || fraction.length > places) return undefined
  return { amount: Number(whole + fraction.padEnd(places, "0")), currency }
}

export const number = (value: number): string => new Intl.NumberFormat(language).format(value)

/** A number as it is written into a field: `7.75` is `"7,75"` in German. */
export const plainNumber = (value: number): string =>
  new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 4 }).format(value)

/** A share as percent, with as many places as it has, up to four: `0.0775` is `"7.75%"`. */
export const percent = (share: number): string =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 4 }).format(share)

/** How much more or less than before, in whole percent with a sign; nothing where there was nothing. */
export const change = (now: number, before: number): string | undefined =>
  before === 0
    ? undefined
    : new Intl.NumberFormat(language, { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 0 })
      .format((now - before) / before)

export interface Zone {
  readonly timeZone: string | undefined
}

/** `"26 Nov 2026, 14:05"` in the store's zone. */
export const time = (iso: string, { timeZone }: Zone): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(iso))

/** `"26 Nov"` in the store's zone. */
export const day = (iso: string, { timeZone }: Zone): string =>
  new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone }).format(new Date(iso))

/** Days as the API writes them, from one to another: `"1 – 30 Nov 2026"`. */
export const days = (from: string, to: string): string => {
  const [first, last] = [from, to].map((day) => new Date(`${day.slice(0, 10)}T00:00Z`))
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).formatRange(first as Date, last as Date)
}

const regions = new Intl.DisplayNames(language, { type: "region" })

/** A country by its code: `"AT"` is `"Austria"`. What is no code stays as it is. */
export const country = (code: string): string => {
  try {
    return regions.of(code) ?? code
  } catch {
    return code
  }
}

/** The day of a moment in a zone, as the API writes days: `"2026-11-26"`. */
export const calendarDay = (millis: number, { timeZone }: Zone): string =>
  // what Sweden writes is what ISO 8601 says
  new Intl.DateTimeFormat("sv-SE", { year: "numeric", month: "2-digit", day: "2-digit", timeZone }).format(millis)

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
const ahead = (millis: number, { timeZone }: Zone): number => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric"
  }).formatToParts(millis)
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - Math.floor(millis / 1_000) * 1_000
}

/** The moment at which a clock on the wall of the store shows a time: `"2026-11-26T14:05"`. */
export const atWall = (local: string, zone: Zone): string => {
  const wall = Date.parse(`${local}Z`)
  const guess = wall - ahead(wall, zone)
  return new Date(wall - ahead(guess, zone)).toISOString()
}

/** What a clock on the wall of the store shows at a moment: `"2026-11-26T14:05"`. */
export const onWall = (iso: string, zone: Zone): string => {
  const millis = Date.parse(iso)
  return new Date(millis + ahead(millis, zone)).toISOString().slice(0, 16)
}

/** The first moment of a day of the store. */
export const startOfDay = (day: string, zone: Zone): string => atWall(`${day}T00:00`, zone)

/** `"2026-11-27"` after `"2026-11-26"`. */
export const dayAfter = (day: string): string => new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10)
