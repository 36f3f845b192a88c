/**
 * What the engine refuses, in words for whoever buys. What it says itself is for those who write programs: it names variants by
 * their ids, and amounts in minor units.
 */
import type { CartView } from "@stoa/core/cart/Cart"
import type { TotalChanged } from "@stoa/core/checkout/CheckoutInput"
import type { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import type { TooManyAttempts } from "@stoa/core/identity/IdentityErrors"
import type { InvalidInput } from "@stoa/core/kernel/Input"
import { html, type Part } from "./Html.ts"
import { money } from "./Views.ts"

/** What the engine refuses with. */
export interface Refusal extends Error {
  readonly code: string
}

export const isRefusal = (error: unknown): error is Refusal => error instanceof Error && "code" in error && "kind" in error

/** An answer, or nothing where the engine refuses. */
export const unlessRefused = <A>(answer: Promise<A>): Promise<A | undefined> =>
  answer.catch((error: unknown) => {
    if (isRefusal(error)) return undefined
    throw error
  })

/** What is said of a fault, by its code; of others, what the engine says. */
const said = ({ code, message, params = {} }: InvalidInput["faults"][number]): string => {
  switch (code) {
    case "missing":
    case "blank":
      return "This is needed."
    case "not_an_email":
      return "Write an e-mail address, such as ada@example.com."
    case "not_a_country":
      return "Choose a country."
    case "not_a_phone":
      return "Write a telephone number, such as +44 20 7946 0000."
    case "too_short":
      return `Write at least ${params["minimum"]} characters.`
    case "too_long":
      return `Write at most ${params["maximum"]} characters.`
    default:
      return message
  }
}

/** What is wrong with what was written, by the last part of its path. */
export const faultsOf = (refusal: Refusal, written: URLSearchParams = new URLSearchParams()): Readonly<Record<string, string>> =>
  refusal.code !== "invalid_input"
    ? {}
    : Object.fromEntries((refusal as Refusal & InvalidInput).faults.map((fault) => {
      const name = String(fault.path.at(-1))
      return [name, written.get(name)?.trim() === "" ? "This is needed." : said(fault)]
    }))

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

/** A time to wait, rounded up to what people count in. */
const wait = (seconds: number): string => seconds < 90 ? counted(seconds, "second") : counted(Math.ceil(seconds / 60), "minute")

const short = (available: number, title: string | undefined): string => {
  const what = title === undefined ? "this" : `“${title}”`
  return available <= 0 ? `There are no more of ${what}.` : `There are only ${available} of ${what}.`
}

/** @param cart what the buyer has, by which things have names */
export const inWords = (refusal: Refusal, cart: CartView | undefined): Part => {
  const titles = new Map((cart?.lines ?? []).map(({ title, variantId }) => [String(variantId), title]))
  switch (refusal.code) {
    case "insufficient_stock":
      return (refusal as Refusal & InsufficientStock).lines.map(({ available, variantId }) => html`<p>${short(available, titles.get(variantId))}</p>`)
    case "not_for_sale":
    case "variant_not_found":
      return "Something of this is not for sale any more."
    case "total_changed":
      return `The total is ${money((refusal as Refusal & TotalChanged).total)} now. Look at it, and then order again.`
    case "cart_not_found":
    case "cart_expired":
    case "cart_closed":
      return "Your cart is not there any more. Nothing was ordered from it just now."
    case "cart_empty":
      return "There is nothing in your cart that can be ordered."
    case "shipping_method_unavailable":
      return "It is not sent there in this way. Choose another one."
    case "cart_limit_exceeded":
      return "That is more than one order can have."
    case "shared_cart_not_found":
      return "There is no cart behind this link, or not any more."
    case "shared_wish_list_not_found":
      return "There is no wish list behind this link, or not any more."
    case "wish_not_found":
      return "This is not on your wish list any more."
    case "wish_list_full":
      return "Your wish list is full. Take something off it first."
    case "too_many_wish_list_links":
      return "There are as many links as there can be. Take one back first."
    case "invalid_input":
      return "quantity" in faultsOf(refusal) ? "Write how many as a whole number, such as 2." : "Some of this is not right yet."
    case "too_many_attempts":
      return `These were too many tries. Wait ${wait((refusal as Refusal & TooManyAttempts).retryAfterSeconds)}, and then try again.`
    case "version_conflict":
      return "Your cart has changed in another window. Look at it, and try again."
    default:
      return refusal.message
  }
}
