/**
 * Several countries, chosen one after another by their names.
 */
import * as Format from "../api/Format.ts"
import { words } from "../words/Words.ts"
import { CountryField } from "./Country.tsx"

export const CountriesField = ({ chosen, label, onChange }: {
  readonly label: string
  readonly chosen: ReadonlyArray<string>
  /** Says what is chosen from what was. */
  readonly onChange: (change: (before: ReadonlyArray<string>) => ReadonlyArray<string>) => void
}) => (
  <>
    {chosen.length === 0 ? null : (
      <ul class="rows">
        {chosen.map((code) => (
          <li key={code}>
            <span>{Format.country(code)}</span>
            <button
              type="button"
              class="quiet"
              aria-label={`${words.collections.takeOut}: ${Format.country(code)}`}
              onClick={({ currentTarget: { form } }) => {
                form?.dispatchEvent(new Event("input"))
                onChange((before) => before.filter((other) => other !== code))
              }}
            >
              {words.collections.takeOut}
            </button>
          </li>
        ))}
      </ul>
    )}
    <CountryField
      name="countries"
      label={label}
      none={words.rule.choose}
      without={chosen}
      onChoose={(code) => {
        if (code !== "") onChange((before) => before.includes(code) ? before : [...before, code])
      }}
    />
  </>
)
