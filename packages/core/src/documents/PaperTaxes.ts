/**
 * Taxes as papers say them: each rate of a country once, known by what it is and not by where it stands. Pure.
 */
import { allocate } from "../kernel/Money.ts"
import { share } from "../orders/OrderMoney.ts"
import type { Order } from "../orders/Order.ts"
import type { PricedTax } from "../pricing/Pricing.ts"
import * as TaxSums from "../pricing/TaxSums.ts"
import type { DocumentContent } from "./Document.ts"

export type PaperTax = DocumentContent["taxes"][number]

/** No taxes. */
export const none: ReadonlyArray<PaperTax> = []

const isOfRate = (a: Omit<PaperTax, "amount">, b: Omit<PaperTax, "amount">): boolean => a.name === b.name && a.ratePpm === b.ratePpm

/** Whether both are the same tax. Papers from before that was kept do not say of which country. */
export const isSame = (a: Omit<PaperTax, "amount">, b: Omit<PaperTax, "amount">): boolean =>
  isOfRate(a, b) && (a.country === undefined || b.country === undefined || a.country === b.country)

/** Taxes with others added to them or, with -1, taken off. */
export const plus = (taxes: ReadonlyArray<PaperTax>, more: ReadonlyArray<PaperTax>, sign: 1 | -1): ReadonlyArray<PaperTax> => {
  const all = [...taxes]
  for (const tax of more) {
    const index = all.findIndex((each) => isSame(each, tax))
    if (index < 0) all.push(TaxSums.plus(TaxSums.none(tax), tax, sign))
    else all[index] = TaxSums.plus(all[index] as PaperTax, tax, sign)
  }
  return all
}

/**
 * Taxes of an order, its lines or its edits. A rate that is for no country is of the one that `said`, the first paper of the order, names:
 * the address may have changed since.
 */
export const of = (
  { billingAddress, shippingAddress }: Pick<Order, "billingAddress" | "shippingAddress">,
  taxes: ReadonlyArray<PricedTax>,
  said: ReadonlyArray<PaperTax> = []
): ReadonlyArray<PaperTax> =>
  plus([], taxes.map(({ amount, country, name, ratePpm, taxable }): PaperTax => {
    const place = country ?? said.find((tax) => isOfRate(tax, { name, ratePpm }))?.country ?? (shippingAddress ?? billingAddress)?.country
    return { name, ratePpm, amount, ...(taxable === undefined ? {} : { taxable }), ...(place === undefined ? {} : { country: place }) }
  }), 1)

/** The taxes in a part of what costs `whole`, each rounded down. What was taxed apart stays so, and is together what it was. */
export const partOf = (taxes: ReadonlyArray<PaperTax>, amount: number, whole: number): ReadonlyArray<PaperTax> => {
  if (whole === 0) return taxes.map(TaxSums.none)
  const gross = taxes.map((tax) => tax.amount.amount + (tax.taxable?.amount ?? Number.NaN))
  const untaxed = gross.reduce((left, each) => left - each, whole)
  const part = (money: PaperTax["amount"]) => ({ ...money, amount: share(money.amount, amount, whole) })
  // what two rates are charged on together has no parts, and a note may say a cent less than nothing of what was rounded before
  if (!(untaxed >= 0) || gross.some((each) => each < 0)) {
    return taxes.map((tax) => ({ ...tax, amount: part(tax.amount), ...(tax.taxable === undefined ? {} : { taxable: part(tax.taxable) }) }))
  }
  const shares = allocate(amount, [...gross, untaxed])
  return taxes.map((tax, index) => {
    const here = shares[index] ?? 0
    const of = gross[index] ?? 0
    const each = of === 0 ? 0 : share(tax.amount.amount, here, of)
    return { ...tax, amount: { ...tax.amount, amount: each }, taxable: { ...tax.amount, amount: here - each } }
  })
}
