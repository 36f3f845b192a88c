/**
 * Finds a variant by words: products first, then, where one has several, which of them.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { words } from "../words/Words.ts"
import { Picker } from "./Picker.tsx"

const say = words.picker

export interface Picked {
  readonly variantId: string
  readonly productId: string
  readonly title: string
  readonly price: Format.Money
}

interface Offer {
  readonly productId: string
  readonly title: string
}

export const ProductPicker = ({ label, onPick }: {
  readonly label: string
  readonly onPick: (offer: Offer) => void | Promise<void>
}) => (
  <Picker
    label={label}
    hint={say.hint}
    found={say.found}
    find={async (search): Promise<ReadonlyArray<Offer>> => {
      const { items } = await call("adminProducts.list", { query: { search, limit: 8 } })
      return items.map(({ id, title }) => ({ productId: id, title }))
    }}
    keyOf={({ productId }) => productId}
    nameOf={({ title }) => title}
    onPick={onPick}
  />
)

export const VariantPicker = ({ label, onPick }: {
  readonly label: string
  readonly onPick: (picked: Picked) => void
}) => {
  const [several, choose] = useState<ReadonlyArray<Picked>>()
  return (
    <>
      <ProductPicker
        label={label}
        onPick={async ({ productId }) => {
          const product = await call("adminProducts.get", { params: { idOrSlug: productId } })
          const all = product.variants.map((variant) => ({
            variantId: variant.id,
            productId,
            title: product.variants.length === 1 ? product.title : `${product.title}, ${variant.title}`,
            price: variant.price
          }))
          const [only] = all
          if (all.length === 1 && only !== undefined) onPick(only)
          else choose(all)
        }}
      />
      {several === undefined ? null : (
        <fieldset>
          <legend>{say.which}</legend>
          <ul class="rows">
            {several.map((one) => (
              <li key={one.variantId}>
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    choose(undefined)
                    onPick(one)
                  }}
                >
                  {one.title}
                </button>
                <span class="number">{Format.money(one.price)}</span>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
    </>
  )
}
