/**
 * Brands: who makes what the shop sells.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Form, LongField, TextField } from "../parts/Form.tsx"
import { Named } from "../parts/Listing.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { Pictured } from "../parts/Pictured.tsx"
import { link } from "../parts/Router.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.collections

type Brand = Answer<"adminBrands.get">

export const CatalogTabs = ({ now }: { readonly now: "collections" | "categories" | "brands" }) => (
  <Tabs
    label={say.both}
    now={link([now])}
    tabs={[
      [link(["collections"]), words.sections.collections],
      [link(["categories"]), words.categories.all],
      [link(["brands"]), say.brands]
    ]}
  />
)

const BrandForm = ({ id, onClose, onDone }: {
  /** `undefined`: a new one. */
  readonly id: string | undefined
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const brand = useLoaded<Brand | undefined>(() =>
    id === undefined ? Promise.resolve(undefined) : call("adminBrands.get", { params: { idOrSlug: id } }), id ?? "")
  if (id !== undefined && brand.value === undefined) {
    return <Dialog title={say.brand} onClose={onClose}><Loaded of={brand}>{() => null}</Loaded></Dialog>
  }
  const { value } = brand
  return (
    <Dialog title={value?.name ?? say.addBrand} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onReload={brand.reload}
        onSend={async (written, { key }) => {
          const payload = { name: written.text("name"), description: written.text("description") }
          if (value === undefined) await call("adminBrands.create", { payload }, { key })
          else await call("adminBrands.update", { params: { id: value.id }, payload: { ...payload, version: value.version } })
          onClose()
          onDone()
        }}
      >
        <TextField name="name" label={say.name} value={value?.name ?? ""} />
        <LongField name="description" label={words.product.description} value={value?.description ?? ""} optional />
      </Form>
      {value === undefined ? null : (
        <div class="actions">
          <Deed
            class="danger"
            text={say.removeBrand}
            sure={say.removeBrandText}
            does={async () => {
              await call("adminBrands.delete", { params: { id: value.id } }, { version: value.version })
              onClose()
              onDone()
            }}
          />
        </div>
      )}
    </Dialog>
  )
}

export const Brands = () => {
  const [edited, edit] = useState<{ readonly id: string | undefined }>()
  const brands = usePaged((page) => call("adminBrands.list", { query: { limit: 50, ...page } }), "brands")
  return (
    <Page
      title={say.brands}
      actions={<May to="catalog:write"><button type="button" onClick={() => edit({ id: undefined })}>{say.addBrand}</button></May>}
    >
      <CatalogTabs now="brands" />
      <section class="card" aria-label={say.brands}>
        <Paged of={brands} none={say.noBrands}>
          {(items) => (
            <ul class="rows">
              {items.map((brand) => (
                <li key={brand.id}>
                  <Pictured image={brand.logo}><Named below={brand.slug}>{brand.name}</Named></Pictured>
                  <May to="catalog:write">
                    <button type="button" class="quiet" aria-label={`${words.product.edit}: ${brand.name}`} onClick={() => edit({ id: brand.id })}>
                      {words.product.edit}
                    </button>
                  </May>
                </li>
              ))}
            </ul>
          )}
        </Paged>
      </section>
      {edited === undefined ? null : (
        <BrandForm
          id={edited.id}
          onClose={() => edit(undefined)}
          onDone={() => {
            tell(words.shell.saved)
            void brands.reload()
          }}
        />
      )}
    </Page>
  )
}
