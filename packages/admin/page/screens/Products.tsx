/**
 * All products, and the making of new ones.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { ChoiceField, Form, TextField, wrong } from "../parts/Form.tsx"
import { useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { onDemand } from "../parts/OnDemand.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { Pictured } from "../parts/Pictured.tsx"
import { go, link } from "../parts/Router.ts"
import { Rated } from "../parts/Stars.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { placeOf } from "./CategoryPlaces.ts"
import { AttributeTabs } from "./AttributeTabs.tsx"

const say = words.products

const NewBundle = onDemand(async () => (await import("./Bundle.tsx")).NewBundle)

export type ProductStatus = keyof typeof words.product.states

type Product = Answer<"adminProducts.list">["items"][number]

const priceOf = ({ priceFrom, priceTo }: Product): string => Format.moneyRange(priceFrom, priceTo)

const NewProduct = ({ onClose }: { readonly onClose: () => void }) => {
  const currency = useStore().currency ?? "USD"
  return (
    <Dialog title={say.newTitle} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written, { key }) => {
          const price = Format.parseMoney(written.text("variants.0.price"), currency)
          if (price === undefined) throw wrong("variants.0.price", words.field.money)
          const stock = written.whole("variants.0.stock")
          const product = await call("adminProducts.create", {
            payload: {
              title: written.text("title"),
              status: written.text("status") as ProductStatus,
              variants: [{ price, sku: written.orNull("variants.0.sku"), ...(stock === undefined ? {} : { stock }) }]
            }
          }, { key })
          onClose()
          go(link(["products", product.id]))
        }}
      >
        <TextField name="title" label={words.product.title} />
        <div class="pair">
          <TextField name="variants.0.price" label={words.product.priceIn(currency)} inputMode="decimal" />
          <TextField name="variants.0.stock" label={say.stock} inputMode="numeric" optional />
        </div>
        <div class="pair">
          <TextField name="variants.0.sku" label={words.product.sku} optional />
          <ChoiceField name="status" label={words.product.status} value="draft" choices={Object.entries(words.product.states)} />
        </div>
      </Form>
    </Dialog>
  )
}

export const Products = ({ query }: { readonly query: URLSearchParams }) => {
  const [making, make] = useState<"product" | "bundle">()
  const search = query.get("search") ?? ""
  const status = query.get("status") ?? ""
  const category = query.get("category") ?? ""
  const { value: categories } = useLoaded(async () => (await call("categories.list")).items, "categories")
  const products = usePaged((page) =>
    call("adminProducts.list", {
      query: {
        limit: 25,
        status: status in words.product.states ? status as ProductStatus : "any",
        ...(search === "" ? {} : { search }),
        ...(category === "" ? {} : { category }),
        ...page
      }
    }), String(query))
  return (
    <Page
      title={words.sections.products}
      actions={
        <May to="catalog:write">
          <button type="button" onClick={() => make("product")}>{say.add}</button>
          <button type="button" class="quiet" onClick={() => make("bundle")}>{words.bundles.add}</button>
        </May>
      }
    >
      <AttributeTabs now="products" />
      <Filters
        label={say.find}
        path={["products"]}
        query={query}
        search={[{ name: "search", label: words.shell.search, type: "search" }]}
        choices={[
          { name: "status", label: words.product.status, choices: Object.entries(words.product.states) },
          ...(categories === undefined || categories.length === 0
            ? []
            : [{ name: "category", label: words.categories.one, choices: categories.map((one) => [one.slug, placeOf(categories, one)] as const) }])
        ]}
      />
      <Listing
        of={products}
        label={words.sections.products}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: words.order.product,
            cell: ({ id, image, title, variantCount }) => (
              <Pictured image={image}>
                <Named below={variantCount < 2 ? null : say.variants(variantCount)}><a href={link(["products", id])}>{title}</a></Named>
              </Pictured>
            )
          },
          { title: words.product.status, cell: ({ status }) => <Badge state={status} text={words.product.states[status]} /> },
          { title: say.rating, class: "wide-only", cell: ({ rating }) => <Rated rating={rating} /> },
          { title: say.forSale, class: "wide-only", cell: ({ available }) => available ? say.available : say.soldOut },
          { title: words.order.price, class: "number", cell: priceOf }
        ]}
      />
      {making === "product" ? <NewProduct onClose={() => make(undefined)} /> : null}
      {making === "bundle" ? <NewBundle onClose={() => make(undefined)} /> : null}
    </Page>
  )
}
