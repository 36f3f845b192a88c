/**
 * Collections and brands: what the shop shows together, and who makes what it sells.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { ChoiceField, Form, LongField, TextField } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { ProductPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { Thumbnail } from "./Products.tsx"

const say = words.collections

type Status = keyof typeof say.states
type Collection = Answer<"adminCollections.get">
type Brand = Answer<"adminBrands.get">

const BothTabs = ({ now }: { readonly now: "collections" | "brands" }) => (
  <Tabs
    label={say.both}
    now={link([now])}
    tabs={[[link(["collections"]), words.sections.collections], [link(["brands"]), say.brands]]}
  />
)

const NewCollection = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title={say.add} onClose={onClose}>
    <Form
      submit={say.create}
      onSend={async (written, { key }) => {
        const { id } = await call("adminCollections.create", {
          payload: { name: written.text("name"), status: written.text("status") as Status }
        }, { key })
        onClose()
        go(link(["collections", id]))
      }}
    >
      <TextField name="name" label={say.name} />
      <ChoiceField name="status" label={words.orders.state} value="hidden" choices={Object.entries(say.states)} />
    </Form>
  </Dialog>
)

export const Collections = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const [making, make] = useState(false)
  const chosen = query.get("status") ?? ""
  const status = chosen in say.states ? chosen as Status : "any"
  const collections = usePaged((page) => call("adminCollections.list", { query: { limit: 50, status, ...page } }), chosen)
  return (
    <Page
      title={words.sections.collections}
      actions={<May to="catalog:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}
    >
      <BothTabs now="collections" />
      <Filters
        label={words.returns.find}
        path={["collections"]}
        query={query}
        choices={[{ name: "status", label: words.orders.state, choices: Object.entries(say.states) }]}
      />
      <section class="card" aria-label={words.sections.collections}>
        <Paged of={collections} none={say.none}>
          {(items) => (
            <table>
              <thead>
                <tr>
                  <th scope="col">{say.one}</th>
                  <th scope="col" class="wide-only">{say.changed}</th>
                  <th scope="col">{words.orders.state}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      <span class="with-picture">
                        <Thumbnail image={one.image} />
                        <span>
                          <a href={link(["collections", one.id])}>{one.name}</a>
                          <span class="muted small below">{one.slug}</span>
                        </span>
                      </span>
                    </th>
                    <td class="wide-only">{Format.time(one.updatedAt, store)}</td>
                    <td><Badge state={one.status} text={say.states[one.status]} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Paged>
      </section>
      {making ? <NewCollection onClose={() => make(false)} /> : null}
    </Page>
  )
}

const Texts = ({ collection, onDone }: { readonly collection: Collection; readonly onDone: (changed: Collection) => void }) => (
  <section class="card stack">
    <h2>{words.product.texts}</h2>
    <Form
      to="catalog:write"
      submit={words.shell.save}
      onSend={async (written) =>
        onDone(
          await call("adminCollections.update", {
            params: { id: collection.id },
            payload: {
              name: written.text("name"),
              slug: written.text("slug"),
              description: written.text("description"),
              status: written.text("status") as Status,
              sort: written.text("sort") as Collection["sort"],
              version: collection.version
            }
          })
        )}
    >
      <TextField name="name" label={say.name} value={collection.name} />
      <LongField name="description" label={words.product.description} value={collection.description} optional />
      <div class="pair">
        <ChoiceField name="status" label={words.orders.state} value={collection.status} choices={Object.entries(say.states)} />
        <ChoiceField
          name="sort"
          label={say.sort}
          value={collection.sort}
          choices={[...new Set([...Object.keys(say.sorts), collection.sort])].map((sort) => [sort, say.sorts[sort as keyof typeof say.sorts] ?? sort])}
        />
      </div>
      <TextField name="slug" label={words.product.slug} value={collection.slug} />
    </Form>
  </section>
)

const Goods = ({ collection, onDone }: { readonly collection: Collection; readonly onDone: (changed: Collection) => void }) => {
  const params = { id: collection.id }
  const byHand = collection.rule === null
  const products = usePaged((page) =>
    call("adminProducts.list", { query: { collection: collection.id, status: "any", sort: collection.sort, limit: 50, ...page } }), `${collection.id} ${collection.version}`)
  const place = async (productId: string, before?: string) =>
    onDone(
      await call("adminCollections.placeProducts", {
        params,
        payload: { productIds: [productId as never], version: collection.version, ...(before === undefined ? {} : { before: before as never }) }
      })
    )
  return (
    <section class="card stack">
      <h2>{words.sections.products}</h2>
      {byHand ? null : <p class="notice">{say.byRule}</p>}
      {byHand
        ? <May to="catalog:write"><ProductPicker label={say.put} onPick={({ productId }) => place(productId)} /></May>
        : null}
      <Paged of={products} none={say.empty}>
        {(items) => (
          <ul class="rows">
            {items.map((product, index) => (
              <li key={product.id}>
                <span class="with-picture">
                  <Thumbnail image={product.image} />
                  <a href={link(["products", product.id])}>{product.title}</a>
                </span>
                {byHand
                  ? (
                    <May to="catalog:write">
                      {index === 0 || collection.sort !== "manual"
                        ? null
                        : <Deed text={say.up} label={`${say.up}: ${product.title}`} does={() => place(product.id, items[index - 1]?.id)} />}
                      <Deed
                        class="danger"
                        text={say.takeOut}
                        label={`${say.takeOut}: ${product.title}`}
                        does={async () =>
                          onDone(
                            await call("adminCollections.removeProducts", {
                              params,
                              payload: { productIds: [product.id], version: collection.version }
                            })
                          )}
                      />
                    </May>
                  )
                  : null}
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </section>
  )
}

export const CollectionOf = ({ id }: { readonly id: string }) => {
  const collection = useLoaded(() => call("adminCollections.get", { params: { idOrSlug: id } }), id)
  const onDone = (changed: Collection) => {
    collection.set(changed)
    tell(words.shell.saved)
  }
  const { value } = collection
  return (
    <Page
      title={value?.name ?? say.one}
      actions={value === undefined ? undefined : (
        <May to="catalog:write">
          <Deed
            class="danger"
            text={say.remove}
            does={async () => {
              await call("adminCollections.delete", { params: { id: value.id } }, { version: value.version })
              go(link(["collections"]))
            }}
          />
        </May>
      )}
    >
      <Loaded of={collection}>
        {(collection) => (
          <div class="columns even">
            <Texts collection={collection} onDone={onDone} />
            <Goods collection={collection} onDone={onDone} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

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
      <BothTabs now="brands" />
      <section class="card" aria-label={say.brands}>
        <Paged of={brands} none={say.noBrands}>
          {(items) => (
            <ul class="rows">
              {items.map((brand) => (
                <li key={brand.id}>
                  <span class="with-picture">
                    <Thumbnail image={brand.logo} />
                    <span>
                      {brand.name}
                      <span class="muted small below">{brand.slug}</span>
                    </span>
                  </span>
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
