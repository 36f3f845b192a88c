/**
 * What a gateway counts money in.
 *
 * The engine counts in the minor unit of ISO 4217. Gateways have tables of their own: Stripe takes ISK in hundredths and
 * KWD in thousandths whose last digit is zero, Paystack counts XOF times a hundred, Flutterwave takes decimal numbers of
 * the major unit. An adapter writes its table down once, and every amount goes through it in both directions.
 *
 * **Gotchas**
 *
 * Nothing is ever rounded. An amount that a gateway cannot take exactly has no counterpart: the shop is told so
 * (`AmountUnsupported`) before anybody is charged another amount than the order's.
 *
 * **Example**
 *
 * ```ts
 * const units = GatewayUnits.make({ USD: { places: 2 }, JPY: { places: 0 }, ISK: { places: 2, step: 100 } })
 *
 * units.toGateway({ amount: 500, currency: "ISK" }) // 50000
 * units.fromGateway(50000, "ISK") // { amount: 500, currency: "ISK" }
 * ```
 */
import * as Currency from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"

/** How a gateway counts one currency. */
export interface Unit {
  /** The decimal places of the gateway's unit: 2 for cents, 0 for whole units of the currency. */
  readonly places: number
  /** What the gateway's amounts must be multiples of, in its unit; 1 if it is left out. */
  readonly step?: number
}

export interface GatewayUnits {
  /** The currencies of the table, in alphabetical order. */
  readonly currencies: ReadonlyArray<Currency.Currency>
  /** The gateway's integer for an amount; `undefined` for one that the gateway cannot take exactly. */
  readonly toGateway: (money: Money.Money) => number | undefined
  /** The amount that a gateway's integer stands for. `undefined` for what is none, or no currency of the table. */
  readonly fromGateway: (amount: number, currency: string) => Money.Money | undefined
  /** The gateway's number in major units, such as `19.99`, for gateways that count so. */
  readonly toMajor: (money: Money.Money) => number | undefined
  /** The amount that a gateway's number, or text, in major units stands for. */
  readonly fromMajor: (amount: number | string, currency: string) => Money.Money | undefined
  /** What the engine's amounts must be multiples of to be taken exactly, in the engine's minor unit. */
  readonly stepOf: (currency: Currency.Currency) => number
}

/** Throws for a code that is no currency, which is a slip in the table. */
export const make = (table: Readonly<Record<string, Unit>>): GatewayUnits => {
  const units = new Map(Object.entries(table))
  for (const code of units.keys()) if (!Currency.is(code)) throw new Error(`${code} is no currency of ISO 4217`)

  const toGateway: GatewayUnits["toGateway"] = ({ amount, currency }) => {
    const unit = units.get(currency)
    if (unit === undefined) return undefined
    const shift = unit.places - Currency.exponent(currency)
    const exact = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift
    return Number.isSafeInteger(exact) && exact % (unit.step ?? 1) === 0 ? exact : undefined
  }

  const fromGateway: GatewayUnits["fromGateway"] = (amount, code) => {
    const currency = code.toUpperCase()
    const unit = units.get(currency)
    if (unit === undefined || !Currency.is(currency)) return undefined
    const shift = Currency.exponent(currency) - unit.places
    const exact = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift
    return Number.isSafeInteger(exact) ? Money.make(exact, currency) : undefined
  }

  return {
    currencies: [...units.keys()].filter(Currency.is).sort(),
    toGateway,
    fromGateway,
    toMajor: (money) => toGateway(money) === undefined ? undefined : Number(Money.toDecimal(money)),
    fromMajor: (amount, code) => {
      const currency = code.toUpperCase()
      return units.has(currency) && Currency.is(currency) ? Money.fromDecimal(String(amount), currency) : undefined
    },
    stepOf: (currency) => {
      const { places, step = 1 } = units.get(currency) ?? { places: Currency.exponent(currency) }
      const shift = Currency.exponent(currency) - places
      return Math.max(1, Math.ceil(step * 10 ** shift))
    }
  }
}
