/**
 * What the products of a category are to say: the attributes that it names itself, and those of the categories above it.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { CheckField, ChoiceField, Form } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { words } from "../words/Words.ts"
import { AttributeTabs } from "./AttributeTabs.tsx"
import { type Category, placeOf } from "./CategoryPlaces.ts"
import { readAttributes } from "./ProductAttributes.tsx"

const say = words.attributeSets

type Expected = Answer<"adminAttributes.setOf">["attributes"][number]
type Known = Answer<"adminAttributes.list">["items"][number]

const readAll = async () => {
  const [{ items: categories }, ofProducts, ofVariants] = await Promise.all([
    call("categories.list"),
    readAttributes("product"),
    readAttributes("variant")
  ])
  return { categories, known: [...ofProducts, ...ofVariants] }
}

const fieldOf = (attribute: string): string => `required.${attribute}`

const SetForm = ({ category, known, onDone, set }: {
  readonly category: Category
  readonly known: ReadonlyArray<Known>
  readonly set: ReadonlyArray<Expected>
  readonly onDone: () => Promise<void>
}) => {
  const own = set.filter(({ categoryId }) => categoryId === category.id)
  const inherited = set.filter(({ categoryId }) => categoryId !== category.id)
  const [kept, keep] = useState<{ readonly of: typeof set; readonly codes: ReadonlyArray<string> }>()
  // what was chosen counts until the set is loaded again
  const codesOf = (held: typeof kept) => held?.of === set ? held.codes : own.map(({ attribute }) => attribute)
  const chosen = codesOf(kept)
  const choose = (change: (before: ReadonlyArray<string>) => ReadonlyArray<string>) =>
    keep((before) => ({ of: set, codes: change(codesOf(before)) }))
  const titleOf = (code: string) => known.find((one) => one.code === code)?.title ?? code
  const others = known.filter(({ code }) => !chosen.includes(code) && !inherited.some(({ attribute }) => attribute === code))
  return (
    <Form
      to="catalog:write"
      submit={words.shell.save}
      onSend={async (written) => {
        await call("adminAttributes.setFor", {
          params: { id: category.id },
          payload: { attributes: chosen.map((attribute) => ({ attribute, required: written.checked(fieldOf(attribute)) })) }
        })
        await onDone()
        tell(words.shell.saved)
      }}
    >
      {inherited.length === 0 ? null : (
        <>
          <h2>{say.inherited}</h2>
          <ul class="rows">
            {inherited.map(({ attribute, required, title }) => (
              <li key={attribute}><span>{title}</span><span class="muted small">{required ? say.needed : say.wished}</span></li>
            ))}
          </ul>
        </>
      )}
      <h2>{say.own}</h2>
      {chosen.length === 0 ? <p class="muted">{say.none}</p> : (
        <ul class="rows">
          {chosen.map((attribute) => (
            <li key={attribute}>
              <span>{titleOf(attribute)}</span>
              <CheckField
                name={fieldOf(attribute)}
                label={say.required}
                checked={own.find((one) => one.attribute === attribute)?.required ?? false}
              />
              <button
                type="button"
                class="quiet"
                aria-label={`${words.collections.takeOut}: ${titleOf(attribute)}`}
                onClick={({ currentTarget: { form } }) => {
                  form?.dispatchEvent(new Event("input"))
                  choose((before) => before.filter((other) => other !== attribute))
                }}
              >
                {words.collections.takeOut}
              </button>
            </li>
          ))}
        </ul>
      )}
      {others.length === 0 ? null : (
        <ChoiceField
          key={`add ${others.length}`}
          name="add"
          label={say.add}
          value=""
          choices={[["", words.rule.choose], ...others.map(({ code, title }) => [code, title] as const)]}
          onChoose={(code) => {
            if (code !== "") choose((before) => [...before, code])
          }}
        />
      )}
    </Form>
  )
}

const SetOf = ({ category, known }: { readonly category: Category; readonly known: ReadonlyArray<Known> }) => {
  const set = useLoaded(() => call("adminAttributes.setOf", { params: { id: category.id } }), category.id)
  return (
    <Loaded of={set}>
      {({ attributes }) => <SetForm category={category} known={known} set={attributes} onDone={set.reload} />}
    </Loaded>
  )
}

export const AttributeSets = () => {
  const all = useLoaded(readAll, "sets")
  const [chosen, choose] = useState<string>()
  return (
    <Page title={say.all}>
      <AttributeTabs now="sets" />
      <section class="card stack" aria-label={say.all}>
        <p>{say.intro}</p>
        <Loaded of={all}>
          {({ categories, known }) => {
            const category = categories.find(({ id }) => id === chosen) ?? categories[0]
            if (category === undefined) return <p class="muted">{say.noCategories}</p>
            return (
              <>
                <ChoiceField
                  name="category"
                  label={say.category}
                  value={category.id}
                  choices={categories.map((one) => [one.id, placeOf(categories, one)])}
                  onChoose={choose}
                />
                <SetOf key={category.id} category={category} known={known} />
              </>
            )
          }}
        </Loaded>
      </section>
    </Page>
  )
}
