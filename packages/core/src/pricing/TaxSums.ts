/**
 * Taxes of several things as those of all of them. Pure.
 */
import * as Money from "../kernel/Money.ts"
import type { PricedTax } from "./Pricing.ts"

/** A tax with another one of its kind added or, with -1, taken off. What either was charged on is known if that of both is. */
export const plus = <A extends Pick<PricedTax, "amount" | "taxable">>(tax: A, more: Pick<PricedTax, "amount" | "taxable">, sign: 1 | -1): A => {
  const { taxable, ...sum } = { ...tax, amount: signed(tax.amount, more.amount, sign) }
  return (taxable === undefined || more.taxable === undefined ? sum : { ...sum, taxable: signed(taxable, more.taxable, sign) }) as A
}

const signed = (money: Money.Money, more: Money.Money, sign: 1 | -1): Money.Money =>
  sign === 1 ? Money.add(money, more) : Money.subtract(money, more)

/** Nothing of a tax. */
export const none = <A extends Pick<PricedTax, "amount" | "taxable">>(tax: A): A => {
  const zero = Money.zero(tax.amount.currency)
  return { ...tax, amount: zero, ...(tax.taxable === undefined ? {} : { taxable: zero }) }
}
