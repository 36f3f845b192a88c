/**
 * What else belongs to a product: when and how it is sold, what its attributes say, other languages, and what goes with it.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { ChoiceField, Form, TextField, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { placeOf } from "./CategoryPlaces.ts"
import { useNames } from "./CollectionRule.tsx"
import { ProductAttributes } from "./ProductAttributes.tsx"
import { ProductTranslations } from "./ProductTranslations.tsx"
import { ProductTabs } from "./ProductTabs.tsx"
import { RelatedProducts } from "./RelatedProducts.tsx"

const say = words.productMore

export interface ProductPartProps {
  readonly product: Answer<"adminProducts.get">
  /** Reads the product again, and tells what was done. */
  readonly onDone: (text: string) => void
}

const Selling = ({ onDone, product }: ProductPartProps) => {
  const store = useStore()
  const brands = useNames(() => call("adminBrands.list", { query: { limit: 100 } }), "brands")
  const categories = useNames(async () => {
    const { items } = await call("categories.list")
    return { items: items.map((one) => ({ id: one.id, name: placeOf(items, one) })) }
  }, "categories")
  const [chosen, choose] = useState<ReadonlyArray<string>>(product.categoryIds)
  const nameOf = (id: string) => categories.find(([known]) => known === id)?.[1] ?? id
  const wall = (at: string | null) => at === null ? "" : Format.onWall(at, store)
  const at = (written: Written, name: string) => written.text(name) === "" ? null : Format.atWall(written.text(name), store)
  const others = categories.filter(([id]) => !chosen.includes(id))
  return (
    <section class="card stack">
      <h2>{say.selling}</h2>
      <Form
        to="catalog:write"
        submit={words.shell.save}
        onSend={async (written) => {
          await call("adminProducts.update", {
            params: { id: product.id },
            payload: {
              publishedFrom: at(written, "publishedFrom"),
              publishedUntil: at(written, "publishedUntil"),
              shippingClass: written.text("shippingClass"),
              taxClass: written.text("taxClass"),
              brandId: written.orNull("brandId") as never,
              categoryIds: chosen as ReadonlyArray<never>,
              version: product.version
            }
          })
          onDone(words.shell.saved)
        }}
      >
        <div class="pair">
          <TextField name="publishedFrom" type="datetime-local" label={say.publishedFrom} hint={say.publishedHint} value={wall(product.publishedFrom)} optional />
          <TextField name="publishedUntil" type="datetime-local" label={say.publishedUntil} value={wall(product.publishedUntil)} optional />
        </div>
        <div class="pair">
          <TextField name="shippingClass" label={say.shippingClass} hint={say.shippingClassHint} value={product.shippingClass} />
          <TextField name="taxClass" label={say.taxClass} hint={say.taxClassHint} value={product.taxClass} />
        </div>
        <ChoiceField
          key={`brand ${brands.length}`}
          name="brandId"
          label={words.collections.brand}
          value={product.brandId ?? ""}
          choices={[
            ["", say.noBrand],
            ...(product.brandId === null || brands.some(([id]) => id === product.brandId) ? [] : [[product.brandId, product.brandId] as const]),
            ...brands
          ]}
        />
        <fieldset>
          <legend>{say.categories}</legend>
          {chosen.length === 0 ? <p class="muted">{say.noCategories}</p> : (
            <ul class="rows">
              {chosen.map((id, place) => (
                <li key={id}>
                  <span>{nameOf(id)}{place === 0 ? <span class="muted small below">{say.mainCategory}</span> : null}</span>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`${words.collections.takeOut}: ${nameOf(id)}`}
                    onClick={() => choose((before) => before.filter((other) => other !== id))}
                  >
                    {words.collections.takeOut}
                  </button>
                </li>
              ))}
            </ul>
          )}
          {others.length === 0 ? null : (
            <ChoiceField
              key={`category ${others.length}`}
              name="category"
              label={say.addCategory}
              value=""
              choices={[["", words.rule.choose], ...others]}
              onChoose={(id) => {
                if (id !== "") choose((before) => [...before, id])
              }}
            />
          )}
        </fieldset>
      </Form>
    </section>
  )
}

export const ProductMore = ({ id }: { readonly id: string }) => {
  const product = useLoaded(() => call("adminProducts.get", { params: { idOrSlug: id } }), id)
  const onDone = (text: string) => {
    tell(text)
    void product.reload()
  }
  return (
    <Page title={product.value?.title ?? words.order.product}>
      <ProductTabs id={id} now="more" />
      <Loaded of={product}>
        {(product) => (
          <div class="columns even">
            <div class="stack">
              <Selling product={product} onDone={onDone} />
              <RelatedProducts product={product} onDone={onDone} />
            </div>
            <div class="stack">
              <ProductAttributes product={product} onDone={onDone} />
              <ProductTranslations product={product} onDone={onDone} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  )
}
