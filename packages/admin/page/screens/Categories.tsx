/**
 * Categories: the tree by which buyers find goods.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField } from "../parts/Form.tsx"
import { Named } from "../parts/Listing.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Removal } from "../parts/Removal.tsx"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"
import { CatalogTabs } from "./Brands.tsx"
import { type Category, placeOf } from "./CategoryPlaces.ts"

const say = words.categories

/** The tree from top to bottom, as it is read. */
const inOrder = (categories: ReadonlyArray<Category>, parentId: string | null = null): ReadonlyArray<Category> =>
  categories.filter((one) => one.parentId === parentId)
    .sort((one, other) => one.position - other.position)
    .flatMap((one) => [[one], inOrder(categories, one.id)])
    .flat()

interface Edited {
  /** `undefined`: a new one. */
  readonly id: string | undefined
  /** Below which a new one comes. */
  readonly parentId: string | null
}

const CategoryForm = ({ categories, edited: { id, parentId }, onClose, onDone }: {
  readonly edited: Edited
  readonly categories: ReadonlyArray<Category>
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const category = useLoaded<Answer<"adminCategories.get"> | undefined>(() =>
    id === undefined ? Promise.resolve(undefined) : call("adminCategories.get", { params: { idOrSlug: id } }), id ?? "")
  if (id !== undefined && category.value === undefined) {
    return <Dialog title={say.one} onClose={onClose}><Loaded of={category}>{() => null}</Loaded></Dialog>
  }
  const { value } = category
  // nothing comes below itself
  const above = categories.filter(({ path }) => value === undefined || !path.includes(value.id))
  return (
    <Dialog title={value?.name ?? say.add} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onReload={category.reload}
        onSend={async (written, { key }) => {
          const payload = {
            name: written.text("name"),
            description: written.text("description"),
            parentId: written.orNull("parentId") as Category["parentId"],
            ...(written.text("slug") === "" ? {} : { slug: written.text("slug") })
          }
          if (value === undefined) await call("adminCategories.create", { payload }, { key })
          else await call("adminCategories.update", { params: { id: value.id }, payload: { ...payload, version: value.version } })
          onClose()
          onDone(words.shell.saved)
        }}
      >
        <TextField name="name" label={words.collections.name} value={value?.name ?? ""} />
        <ChoiceField
          name="parentId"
          label={say.below}
          value={value?.parentId ?? parentId ?? ""}
          choices={[["", say.top], ...above.map((one) => [one.id, placeOf(categories, one)] as const)]}
        />
        <LongField name="description" label={words.product.description} value={value?.description ?? ""} optional />
        <TextField name="slug" label={words.product.slug} hint={say.slugHint} value={value?.slug ?? ""} optional />
      </Form>
      {value === undefined ? null : (
        <Removal
          say={say}
          does={() => call("adminCategories.delete", { params: { id: value.id } }, { version: value.version })}
          onGone={() => {
            onClose()
            onDone(say.gone)
          }}
        />
      )}
    </Dialog>
  )
}

const Tree = ({ categories, onDone, onEdit }: {
  readonly categories: ReadonlyArray<Category>
  readonly onEdit: (edited: Edited) => void
  readonly onDone: (text: string) => void
}) => (
  <ul class="rows">
    {categories.map((one) => {
      const before = categories.findLast(({ parentId, position }) => parentId === one.parentId && position < one.position)
      return (
        <li key={one.id} class={`depth-${Math.min(one.path.length, 8)}`}>
          <span><Named below={one.slug}><a href={link(["products"], { category: one.slug })}>{one.name}</a></Named></span>
          <May to="catalog:write">
            <span class="actions">
              {before === undefined ? null : (
                <Deed
                  text={say.up}
                  label={`${say.up}: ${one.name}`}
                  does={async () => {
                    await call("adminCategories.update", { params: { id: one.id }, payload: { position: before.position, version: one.version } })
                    onDone(words.shell.saved)
                  }}
                />
              )}
              <button type="button" class="quiet" aria-label={`${say.addBelow}: ${one.name}`} onClick={() => onEdit({ id: undefined, parentId: one.id })}>
                {say.addBelow}
              </button>
              <button type="button" class="quiet" aria-label={`${words.product.edit}: ${one.name}`} onClick={() => onEdit({ id: one.id, parentId: one.parentId })}>
                {words.product.edit}
              </button>
            </span>
          </May>
        </li>
      )
    })}
  </ul>
)

export const Categories = () => {
  const all = useLoaded(async () => inOrder((await call("categories.list")).items), "categories")
  const [edited, edit] = useState<Edited>()
  const onDone = (text: string) => {
    tell(text)
    void all.reload()
  }
  return (
    <Page
      title={say.all}
      actions={<May to="catalog:write"><button type="button" onClick={() => edit({ id: undefined, parentId: null })}>{say.add}</button></May>}
    >
      <CatalogTabs now="categories" />
      <Loaded of={all}>
        {(categories) => (
          <section class="card stack" aria-label={say.all}>
            {categories.length === 0 ? <p class="muted">{say.none}</p> : <Tree categories={categories} onEdit={edit} onDone={onDone} />}
            {edited === undefined ? null : <CategoryForm categories={categories} edited={edited} onClose={() => edit(undefined)} onDone={onDone} />}
          </section>
        )}
      </Loaded>
    </Page>
  )
}
