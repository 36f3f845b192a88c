/**
 * What is kept of one variant: its prices, what it is called by, what it weighs, and what its attributes say; and the options in
 * which variants differ.
 */
import { useContext, useState } from "preact/hooks"
import { call, fileAddress } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, ChoiceField, Form, LongField, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Loaded, ReloadContext, useLoaded } from "../parts/Loaded.tsx"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"
import { type Attribute, AttributeField, readAttributes, valuesOf, type Values } from "./ProductAttributes.tsx"

const say = words.product

type ProductAnswer = Answer<"adminProducts.get">
type Variant = ProductAnswer["variants"][number]

interface FormProps {
  readonly product: ProductAnswer
  readonly onDone: (text: string) => void
  readonly onClose: () => void
}

/** An amount that may be left out. */
const optionalAmount = (written: Written, name: string, currency: string): Format.Money | null => {
  if (written.text(name) === "") return null
  const amount = Format.parseMoney(written.text(name), currency)
  if (amount === undefined) throw wrong(name, words.field.money)
  return amount
}

/** Prices are in the currency of the store, and so are those that are there. */
const currencyOf = ({ variants: [first] }: ProductAnswer): string => first?.price.currency ?? ""

type Picture = ProductAnswer["images"][number]

const keyOf = ({ mediaId, url }: Picture): string => mediaId ?? url

/** The picture that was chosen, as it is given. */
const pictureOf = (written: Written, product: ProductAnswer) => {
  const chosen = product.images.find((picture) => keyOf(picture) === written.text("image"))
  if (chosen === undefined) return null
  const { alt, mediaId, url } = chosen
  return mediaId === undefined ? { url, alt } : { mediaId }
}

/** The pictures of the product, of which one may show the variant. */
const PictureField = ({ images, image }: { readonly images: ReadonlyArray<Picture>; readonly image: Picture | undefined }) => {
  const [chosen, choose] = useState(image === undefined ? "" : keyOf(image))
  const shown = images.find((picture) => keyOf(picture) === chosen)
  return (
    <div class="picture-choice">
      <ChoiceField
        name="image"
        label={say.picture}
        value={chosen}
        choices={[["", say.noPicture], ...images.map((picture, index) => [keyOf(picture), picture.alt === "" ? say.pictureNumber(index + 1) : picture.alt] as const)]}
        onChoose={choose}
      />
      {shown === undefined ? null : <img src={fileAddress(shown.url)} alt={shown.alt} />}
    </div>
  )
}

const changesOf = (written: Written, product: ProductAnswer, attributes: ReadonlyArray<Attribute>) => {
  const currency = currencyOf(product)
  const price = Format.parseMoney(written.text("price"), currency)
  if (price === undefined) throw wrong("price", words.field.money)
  return {
    ...(product.options.length === 0 ? {} : {
      optionValues: product.options.map((_option, index) => {
        const name = `optionValues.${index}`
        const value = written.text(name)
        if (value === "") throw wrong(name, words.field.required)
        return value
      })
    }),
    price,
    compareAtPrice: optionalAmount(written, "compareAtPrice", currency),
    cost: optionalAmount(written, "cost", currency),
    sku: written.orNull("sku"),
    barcode: written.orNull("barcode"),
    weightGrams: written.whole("weightGrams") ?? 0,
    trackStock: written.checked("trackStock"),
    backorderLimit: written.whole("backorderLimit") ?? 0,
    requiresShipping: written.checked("requiresShipping"),
    finalSale: written.checked("finalSale"),
    ...(product.images.length === 0 ? {} : { image: pictureOf(written, product) }),
    ...(attributes.length === 0 ? {} : { attributes: valuesOf(attributes, written) as never })
  }
}

const Fields = ({ attributes, product, variant }: {
  readonly product: ProductAnswer
  readonly attributes: ReadonlyArray<Attribute>
  /** `undefined`: a new one. */
  readonly variant?: Variant
}) => {
  const currency = currencyOf(product)
  const shown = (amount: Format.Money | null | undefined) => amount === null || amount === undefined ? "" : Format.written(amount)
  const said = (variant?.attributes ?? {}) as Values
  return (
    <>
      {product.options.map(({ name, values }, index) => (
        <TextField
          key={index}
          name={`optionValues.${index}`}
          label={name}
          value={variant?.optionValues[index] ?? ""}
          suggestions={values}
        />
      ))}
      {product.images.length === 0 ? null : <PictureField images={product.images} image={variant?.image} />}
      <TextField name="price" label={say.priceIn(currency)} inputMode="decimal" value={shown(variant?.price)} />
      <div class="pair">
        <TextField name="compareAtPrice" label={say.before} inputMode="decimal" value={shown(variant?.compareAtPrice)} optional />
        <TextField name="cost" label={say.cost} inputMode="decimal" value={shown(variant?.cost)} optional />
      </div>
      <div class="pair">
        <TextField name="sku" label={say.sku} value={variant?.sku ?? ""} optional />
        <TextField name="barcode" label={say.barcode} value={variant?.barcode ?? ""} optional />
      </div>
      <TextField name="weightGrams" label={say.weight} inputMode="numeric" value={String(variant?.weightGrams ?? 0)} />
      {variant === undefined
        ? <TextField name="stock" label={say.stockAtFirst} inputMode="numeric" optional />
        : variant.available === null
        ? null
        : <p><a href={link(["stock"], { variantId: variant.id })}>{say.stockNow(Format.number(variant.available))}</a></p>}
      <CheckField name="trackStock" label={say.trackStock} checked={variant?.trackStock ?? true} />
      <TextField name="backorderLimit" label={say.backorders} inputMode="numeric" value={String(variant?.backorderLimit ?? 0)} />
      <CheckField name="requiresShipping" label={say.ships} checked={variant?.requiresShipping ?? true} />
      <CheckField name="finalSale" label={say.finalSale} checked={variant?.finalSale ?? false} />
      {attributes.map((attribute) => <AttributeField key={attribute.code} attribute={attribute} value={said[attribute.code]} />)}
    </>
  )
}

const readVariantAttributes = () => readAttributes("variant")

export const VariantForm = ({ onClose, onDone, product, title, variant }: FormProps & {
  readonly variant: Variant
  readonly title: string
}) => {
  const attributes = useLoaded(readVariantAttributes, "variants")
  const reload = useContext(ReloadContext)
  const params = { id: product.id, variantId: variant.id }
  return (
    <Loaded of={attributes}>
      {(attributes) => (
        <Dialog title={title} onClose={onClose}>
          <Form
            submit={words.shell.save}
            {...(reload === undefined ? {} : { onReload: reload })}
            onSend={async (written) => {
              await call("adminProducts.updateVariant", {
                params,
                payload: { ...changesOf(written, product, attributes), version: product.version }
              })
              onClose()
              onDone(words.shell.saved)
            }}
          >
            <Fields product={product} variant={variant} attributes={attributes} />
          </Form>
          {product.variants.length === 1 ? null : (
            <div class="actions">
              <Deed
                class="danger"
                text={say.removeVariant}
                sure={say.removeVariantText}
                does={async () => {
                  await call("adminProducts.deleteVariant", { params }, { version: product.version })
                  onClose()
                  onDone(say.variantGone)
                }}
              />
            </div>
          )}
        </Dialog>
      )}
    </Loaded>
  )
}

export const NewVariant = ({ onClose, onDone, product }: FormProps) => {
  const attributes = useLoaded(readVariantAttributes, "variants")
  const reload = useContext(ReloadContext)
  return (
    <Loaded of={attributes}>
      {(attributes) => (
        <Dialog title={say.addVariant} onClose={onClose}>
          <Form
            submit={say.createVariant}
            {...(reload === undefined ? {} : { onReload: reload })}
            onSend={async (written, { key }) => {
              const stock = written.whole("stock")
              await call("adminProducts.createVariant", {
                params: { id: product.id },
                payload: { ...changesOf(written, product, attributes), ...(stock === undefined ? {} : { stock }) }
              }, { key })
              onClose()
              onDone(say.variantMade)
            }}
          >
            <Fields product={product} attributes={attributes} />
          </Form>
        </Dialog>
      )}
    </Loaded>
  )
}

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").map((line) => line.trim()).filter((line) => line !== "")

/** How many options a product has at most. */
const maximumOptions = 3

/** Options are known by their place: the last may go, and another comes behind the others. */
export const OptionsForm = ({ onClose, onDone, product }: FormProps) => {
  const { options } = product
  const next = options.length
  const optionOf = (written: Written, index: number) => {
    const option = { name: written.text(`options.${index}.name`), values: linesOf(written.text(`options.${index}.values`)) }
    if (option.name === "") throw wrong(`options.${index}.name`, words.field.required)
    if (option.values.length === 0) throw wrong(`options.${index}.values`, words.field.required)
    return option
  }
  return (
    <Dialog title={say.options} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onSend={async (written) => {
          const kept = options.map((_option, index) => index).filter((index) => index < next - 1 || !written.checked("dropLast"))
          const isNew = written.text(`options.${next}.name`) !== "" || written.text(`options.${next}.values`) !== ""
          await call("adminProducts.update", {
            params: { id: product.id },
            payload: {
              options: [...kept, ...(isNew ? [next] : [])].map((index) => optionOf(written, index)),
              version: product.version
            }
          })
          onClose()
          onDone(words.shell.saved)
        }}
      >
        <p>{say.optionsText}</p>
        {options.map(({ name, values }, index) => (
          <fieldset key={index}>
            <legend>{name}</legend>
            <TextField name={`options.${index}.name`} label={say.optionName} value={name} />
            <LongField
              name={`options.${index}.values`}
              label={say.optionValues}
              hint={say.optionValuesHint}
              value={values.join("\n")}
              rows={Math.min(8, values.length + 1)}
            />
            {index === next - 1 ? <CheckField name="dropLast" label={say.dropOption} hint={say.dropOptionHint} /> : null}
          </fieldset>
        ))}
        {next >= maximumOptions ? null : (
          <fieldset>
            <legend>{say.newOption}</legend>
            <TextField name={`options.${next}.name`} label={say.optionName} optional={next > 0} />
            <LongField name={`options.${next}.values`} label={say.optionValues} hint={say.newOptionHint} rows={3} optional={next > 0} />
          </fieldset>
        )}
      </Form>
    </Dialog>
  )
}
