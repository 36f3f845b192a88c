/**
 * What shipping costs on top of its price by weight, volume, price or pieces: a part of the form of a way of shipping.
 */
import { useState } from "preact/hooks"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { ChoiceField, TextField, wrong, type Written } from "../parts/Form.tsx"
import { words } from "../words/Words.ts"

const say = words.shipping

type Table = NonNullable<Answer<"shippingAndTax.listShippingMethods">["items"][number]["rates"]>
type Tier = Table["tiers"][number]
type By = Table["by"]

const amountOf = (written: Written, name: string, currency: string): number => {
  const amount = Format.parseMoney(written.text(name), currency)
  if (amount === undefined) throw wrong(name, words.field.money)
  return amount.amount
}

const measureOf = (written: Written, name: string, by: By, currency: string): number => {
  if (by === "price") return amountOf(written, name, currency)
  const measure = written.whole(name)
  if (measure === undefined) throw wrong(name, words.field.required)
  return measure
}

const shownMeasure = (measure: number, by: By, currency: string): string =>
  by === "price" ? Format.written({ amount: measure, currency }) : String(measure)

/** A step of the table on the screen. */
interface Row {
  readonly key: number
  readonly tier: Tier | undefined
}

export const rowsOf = (table: Table | null): ReadonlyArray<Row> => (table?.tiers ?? [undefined]).map((tier, key) => ({ key, tier }))

/** What was written of a table; what the form has no fields for stays as it is. */
export const ratesOf = (written: Written, rows: ReadonlyArray<Row>, currency: string): Table | null => {
  const by = written.text("rates.by") as By | ""
  if (by === "") return null
  return {
    by,
    tiers: rows.map(({ tier }, index) => ({
      ...tier,
      from: measureOf(written, `rates.tiers.${index}.from`, by, currency),
      amount: amountOf(written, `rates.tiers.${index}.amount`, currency)
    })),
    maximum: written.text("rates.maximum") === "" ? null : measureOf(written, "rates.maximum", by, currency)
  }
}

const stepText = (step: NonNullable<Tier["step"]>, by: By, currency: string): string =>
  say.step(shownMeasure(step.size, by, currency), Format.money({ amount: step.amount, currency }))

export const ShippingRates = ({ currency, onRows, rows, table }: {
  readonly table: Table | null
  readonly currency: string
  readonly rows: ReadonlyArray<Row>
  /** Says which rows there are from those that there were. */
  readonly onRows: (change: (before: ReadonlyArray<Row>) => ReadonlyArray<Row>) => void
}) => {
  const [chosen, choose] = useState<By | "">(table?.by ?? "")
  return (
    <>
      <ChoiceField
        name="rates.by"
        label={say.more}
        value={table?.by ?? ""}
        choices={[["", say.nothingMore], ...Object.entries(say.by)]}
        onChoose={(by) => choose(by as By | "")}
      />
      {chosen === "" ? null : (
        <fieldset>
          <legend>{say.by[chosen]}</legend>
          {rows.map(({ key, tier }, index) => (
            <div class="pair" key={key}>
              <TextField
                name={`rates.tiers.${index}.from`}
                label={say.from[chosen]}
                inputMode={chosen === "price" ? "decimal" : "numeric"}
                value={tier === undefined ? index === 0 ? "0" : "" : shownMeasure(tier.from, chosen, currency)}
              />
              <TextField
                name={`rates.tiers.${index}.amount`}
                label={say.onTop(currency)}
                inputMode="decimal"
                value={tier === undefined ? "" : Format.written({ amount: tier.amount, currency })}
                {...(tier?.step === undefined || tier.step === null ? {} : { hint: stepText(tier.step, chosen, currency) })}
              />
              {rows.length === 1 ? null : (
                <button
                  type="button"
                  class="quiet"
                  aria-label={`${words.collections.takeOut}: ${say.stepNumber(index + 1)}`}
                  onClick={({ currentTarget: { form } }) => {
                    form?.dispatchEvent(new Event("input"))
                    onRows((before) => before.filter((row) => row.key !== key))
                  }}
                >
                  {words.collections.takeOut}
                </button>
              )}
            </div>
          ))}
          <div class="actions">
            <button
              type="button"
              class="quiet"
              onClick={() => onRows((before) => [...before, { key: Math.max(...before.map(({ key }) => key)) + 1, tier: undefined }])}
            >
              {say.addStep}
            </button>
          </div>
          <TextField
            name="rates.maximum"
            label={say.upTo[chosen]}
            hint={say.upToHint}
            inputMode={chosen === "price" ? "decimal" : "numeric"}
            value={table === null || table.maximum === null ? "" : shownMeasure(table.maximum, chosen, currency)}
            optional
          />
        </fieldset>
      )}
    </>
  )
}
