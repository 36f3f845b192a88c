/**
 * What a product says by attributes, each written as its type asks for.
 */
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { ChoiceField, Form, LongField, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { words } from "../words/Words.ts"
import type { ProductPartProps } from "./ProductMore.tsx"

const say = words.productMore

export type Attribute = Answer<"adminAttributes.list">["items"][number]
type Value = string | number | boolean | { readonly amount: number; readonly unit: string } | ReadonlyArray<string>
export type Values = Readonly<Record<string, Value | undefined>>

const fieldOf = ({ code }: Attribute): string => `attributes.${code}`

/** All attributes of products, or of variants: as many as one may have values of. */
export const readAttributes = async (of: Attribute["of"]): Promise<ReadonlyArray<Attribute>> => {
  const first = await call("adminAttributes.list", { query: { limit: 100 } })
  const rest = first.nextCursor === null ? [] : (await call("adminAttributes.list", { query: { limit: 100, after: first.nextCursor } })).items
  return [...first.items, ...rest].filter((attribute) => attribute.of === of)
}

const numberOf = (text: string, name: string): number => {
  const plain = text.replace(",", ".")
  if (!/^-?\d+(?:\.\d+)?$/.test(plain)) throw wrong(name, say.numberWrong)
  return Number(plain)
}

/** What was written of an attribute; `null` where nothing was. */
const valueOf = (attribute: Attribute, written: Written): Value | null => {
  const name = fieldOf(attribute)
  const text = written.text(name)
  switch (attribute.type) {
    case "choices": {
      const chosen = written.all(name)
      return chosen.length === 0 ? null : chosen
    }
    case "boolean":
      return text === "" ? null : text === "yes"
    case "number": {
      if (text === "") return null
      const amount = numberOf(text, name)
      const unit = written.text(`${name}.unit`)
      return unit === "" ? amount : { amount, unit }
    }
    case "colour":
      return text === "" ? null : text.toLowerCase()
    default:
      return text === "" ? null : text
  }
}

/** What was written of all of them; `null` takes away what is not said any more. */
export const valuesOf = (attributes: ReadonlyArray<Attribute>, written: Written): Readonly<Record<string, Value | null>> =>
  Object.fromEntries(attributes.map((attribute) => [attribute.code, valueOf(attribute, written)]))

const NumberField = ({ attribute, value }: { readonly attribute: Attribute; readonly value: Value | undefined }) => {
  const measured = typeof value === "object" && "amount" in value ? value : undefined
  const amount = measured?.amount ?? (typeof value === "number" ? value : undefined)
  const units = [...new Set([measured?.unit, attribute.unit].filter((unit) => unit !== undefined && unit !== null))]
  const name = fieldOf(attribute)
  return (
    <div class="pair">
      <TextField name={name} label={attribute.title} inputMode="decimal" value={amount === undefined ? "" : String(amount)} optional={!attribute.required} />
      {units.length === 0
        ? null
        : <ChoiceField name={`${name}.unit`} label={say.unitOf(attribute.title)} value={units[0] ?? ""} choices={units.map((unit) => [unit, unit])} />}
    </div>
  )
}

const ChoicesField = ({ attribute, value }: { readonly attribute: Attribute; readonly value: Value | undefined }) => {
  const chosen = Array.isArray(value) ? value as ReadonlyArray<string> : []
  return (
    <fieldset>
      <legend>{attribute.title}</legend>
      <div class="pieces">
        {attribute.choices.map(({ code, label }) => (
          <label key={code}>
            <input type="checkbox" name={fieldOf(attribute)} value={code} defaultChecked={chosen.includes(code)} /> {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export const AttributeField = ({ attribute, value }: { readonly attribute: Attribute; readonly value: Value | undefined }) => {
  const props = { name: fieldOf(attribute), label: attribute.title, optional: !attribute.required }
  const text = typeof value === "string" ? value : ""
  switch (attribute.type) {
    case "number":
      return <NumberField attribute={attribute} value={value} />
    case "choices":
      return <ChoicesField attribute={attribute} value={value} />
    case "choice":
      return <ChoiceField {...props} value={text} choices={[["", say.saysNothing], ...attribute.choices.map(({ code, label }) => [code, label] as const)]} />
    case "boolean":
      return (
        <ChoiceField
          {...props}
          value={value === undefined ? "" : value === true ? "yes" : "no"}
          choices={[["", say.saysNothing], ["yes", say.yes], ["no", say.no]]}
        />
      )
    case "long_text":
      return <LongField {...props} value={text} />
    case "date":
      return <TextField {...props} type="date" value={text} />
    case "colour":
      return <TextField {...props} hint={say.colourHint} value={text} />
    case "text":
      return <TextField {...props} value={text} />
  }
}

export const ProductAttributes = ({ onDone, product }: ProductPartProps) => {
  const attributes = useLoaded(() => readAttributes("product"), "attributes")
  const values = (product.attributes ?? {}) as Values
  return (
    <section class="card stack">
      <h2>{say.attributes}</h2>
      <Loaded of={attributes}>
        {(attributes) =>
          attributes.length === 0 ? <p class="muted">{say.noAttributes}</p> : (
            <Form
              to="catalog:write"
              submit={words.shell.save}
              onSend={async (written) => {
                await call("adminProducts.update", {
                  params: { id: product.id },
                  payload: { attributes: valuesOf(attributes, written) as never, version: product.version }
                })
                onDone(words.shell.saved)
              }}
            >
              {attributes.map((attribute) => <AttributeField key={attribute.code} attribute={attribute} value={values[attribute.code]} />)}
            </Form>
          )}
      </Loaded>
    </section>
  )
}
