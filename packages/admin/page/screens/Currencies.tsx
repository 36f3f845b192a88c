/**
 * The currencies that the shop sells in, and in which of them its prices include tax: a part of the form of its settings.
 */
import type { Answer } from "../api/Operations.ts"
import { ChoiceField, TextField, type Written } from "../parts/Form.tsx"
import { words } from "../words/Words.ts"

const say = words.settings

type Settings = Answer<"administration.getSettings">["settings"]

const field = "settings.pricesIncludeTaxIn."

/** What was written of currencies. What is said of one that is sold in no more is forgotten. */
export const currenciesOf = (written: Written, currency: string): Pick<Settings, "currencies" | "pricesIncludeTaxIn"> => {
  const currencies = written.text("settings.currencies").toUpperCase().split(/[\s,;]+/).filter((code) => code !== "" && code !== currency)
  const said = [currency, ...currencies].map((code) => [code, written.text(`${field}${code}`)] as const)
  return {
    currencies: currencies.map((code) => code as never),
    pricesIncludeTaxIn: Object.fromEntries(said.filter(([, choice]) => choice !== "").map(([code, choice]) => [code, choice === "with"]))
  }
}

export const CurrencyFields = ({ currency, settings: { currencies, pricesIncludeTaxIn } }: {
  readonly currency: string
  readonly settings: Settings
}) => {
  const all = [currency, ...currencies]
  const said = pricesIncludeTaxIn as Readonly<Record<string, boolean | undefined>>
  return (
    <>
      <TextField
        name="settings.currencies"
        label={say.currencies}
        hint={say.currenciesHint}
        value={currencies.join(", ")}
        optional
      />
      {all.length === 1 && said[currency] === undefined ? null : (
        <div class="pair">
          {all.map((code) => (
            <ChoiceField
              key={code}
              name={`${field}${code}`}
              label={say.taxIn(code)}
              value={said[code] === undefined ? "" : said[code] ? "with" : "without"}
              choices={[["", say.taxAsSaid], ["with", say.taxWith], ["without", say.taxWithout]]}
            />
          ))}
        </div>
      )}
    </>
  )
}
