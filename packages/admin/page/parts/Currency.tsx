/**
 * In which of the shop's currencies something is, where it has several.
 */
import { words } from "../words/Words.ts"
import { ChoiceField } from "./Form.tsx"
import { useStore } from "./Store.ts"

/** Shown only where there is something to choose; `value` is the shop's own at first. */
export const CurrencyField = ({ onChoose, others = [], value }: {
  readonly value?: string
  readonly onChoose?: (currency: string) => void
  /** Currencies that the shop does not sell in any more, but something is in. */
  readonly others?: ReadonlyArray<string>
}) => {
  const store = useStore()
  const currencies = [...new Set([...store.currencies, ...others])]
  return currencies.length < 2 ? null : (
    <ChoiceField
      name="currency"
      label={words.prices.currency}
      choices={currencies.map((currency) => [currency, currency])}
      {...(value === undefined ? {} : { value })}
      {...(onChoose === undefined ? {} : { onChoose })}
    />
  )
}
