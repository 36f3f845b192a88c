/**
 * Collections: what the shop shows together.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { StateFilter, stateIn } from "../parts/Filters.tsx"
import { ChoiceField, Form, LongField, TextField } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { Pictured } from "../parts/Pictured.tsx"
import { go, link } from "../parts/Router.ts"
import { Rated } from "../parts/Stars.tsx"
import { useStore } from "../parts/Store.ts"
import { ProductPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { CatalogTabs } from "./Brands.tsx"
import { RuleOf } from "./CollectionRule.tsx"

const say = words.collections

type Status = keyof typeof say.states
type Collection = Answer<"adminCollections.get">

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
  const status = stateIn(query, say.states) ?? "any"
  const collections = usePaged((page) => call("adminCollections.list", { query: { limit: 50, status, ...page } }), status)
  return (
    <Page
      title={words.sections.collections}
      actions={<May to="catalog:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}
    >
      <CatalogTabs now="collections" />
      <StateFilter path={["collections"]} query={query} states={say.states} />
      <Listing
        of={collections}
        label={words.sections.collections}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.one,
            cell: ({ id, image, name, slug }) => (
              <Pictured image={image}><Named below={slug}><a href={link(["collections", id])}>{name}</a></Named></Pictured>
            )
          },
          { title: say.changed, class: "wide-only", cell: ({ updatedAt }) => Format.time(updatedAt, store) },
          { title: words.orders.state, cell: ({ status }) => <Badge state={status} text={say.states[status]} /> }
        ]}
      />
      {making ? <NewCollection onClose={() => make(false)} /> : null}
    </Page>
  )
}

const Texts = ({ collection, onDone }: {
  readonly collection: Collection
  readonly onDone: (changed: Collection) => void
}) => (
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
          choices={[...new Set([...Object.keys(say.sorts), collection.sort])]
            .filter((sort) => sort !== "manual" || collection.rule === null)
            .map((sort) => [sort, say.sorts[sort as keyof typeof say.sorts] ?? sort])}
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
                <Pictured image={product.image}>
                  <a href={link(["products", product.id])}>{product.title}</a>
                  <Rated rating={product.rating} />
                </Pictured>
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
  const [ruling, ruleBy] = useState(false)
  const { value } = collection
  return (
    <Page
      title={value?.name ?? say.one}
      actions={value === undefined ? undefined : (
        <May to="catalog:write">
          <Deed
            class="danger"
            text={say.remove}
            sure={say.removeText}
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
            <div class="stack">
              {collection.rule === null && !ruling
                ? null
                : (
                  <RuleOf
                    collection={collection}
                    onDone={(changed) => {
                      ruleBy(false)
                      onDone(changed)
                    }}
                    {...(collection.rule === null ? { onCancel: () => ruleBy(false) } : {})}
                  />
                )}
              <Goods collection={collection} onDone={onDone} />
              {collection.rule !== null || ruling ? null : (
                <May to="catalog:write">
                  <p><button type="button" class="quiet" onClick={() => ruleBy(true)}>{say.useRule}</button></p>
                </May>
              )}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  )
}
