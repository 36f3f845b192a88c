/**
 * What a product says in other languages than that of the shop.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import { Deed } from "../parts/Deed.tsx"
import { Form, LongField, TextField, wrong, type Written } from "../parts/Form.tsx"
import { May } from "../parts/May.tsx"
import { language, words } from "../words/Words.ts"
import type { ProductPartProps } from "./ProductMore.tsx"

const say = words.productMore

type Translations = ProductPartProps["product"]["translations"]
type Translation = NonNullable<Translations[string]>

const names = new Intl.DisplayNames([language], { type: "language" })

const nameOf = (tag: string): string => {
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag
  }
}

/** What was written; what is empty is said in the language of the shop. */
const written = (form: Written, tag: string, before: Translation | undefined): Translation => {
  const given = (name: string) => form.orNull(`translations.${tag}.${name}`)
  const [title, slug, description, seoTitle, seoDescription] = ["title", "slug", "description", "seo.title", "seo.description"].map(given)
  return {
    ...(before?.options === undefined ? {} : { options: before.options }),
    ...(title === null || title === undefined ? {} : { title }),
    ...(slug === null || slug === undefined ? {} : { slug: slug as never }),
    ...(description === null || description === undefined ? {} : { description }),
    ...(seoTitle === null && seoDescription === null ? {} : { seo: { title: seoTitle ?? null, description: seoDescription ?? null } })
  }
}

const InLanguage = ({ onSave, said, tag }: {
  readonly tag: string
  readonly said: Translation | undefined
  /** `undefined` says it in this language no more. */
  readonly onSave: (said: Translation | undefined) => Promise<void>
}) => {
  const name = (field: string) => `translations.${tag}.${field}`
  return (
    <details open={said === undefined}>
      <summary>{nameOf(tag)} <span class="muted small">{tag}</span></summary>
      <Form label={nameOf(tag)} to="catalog:write" submit={words.shell.save} onSend={(form) => onSave(written(form, tag, said))}>
        <TextField name={name("title")} label={words.product.title} value={said?.title ?? ""} optional />
        <LongField name={name("description")} label={words.product.description} value={said?.description ?? ""} rows={4} optional />
        <TextField name={name("slug")} label={words.product.slug} value={said?.slug ?? ""} optional />
        <TextField name={name("seo.title")} label={words.product.seoTitle} value={said?.seo?.title ?? ""} optional />
        <LongField name={name("seo.description")} label={words.product.seoDescription} value={said?.seo?.description ?? ""} rows={2} optional />
      </Form>
      {said === undefined ? null : (
        <May to="catalog:write">
          <Deed class="danger" text={say.forgetLanguage} label={`${say.forgetLanguage}: ${nameOf(tag)}`} sure={say.forgetLanguageText(nameOf(tag))} does={() => onSave(undefined)} />
        </May>
      )}
    </details>
  )
}

export const ProductTranslations = ({ onDone, product }: ProductPartProps) => {
  const [added, add] = useState<ReadonlyArray<string>>([])
  const known = Object.keys(product.translations)
  const save = (tag: string) => async (said: Translation | undefined) => {
    const { [tag]: _before, ...others } = product.translations
    await call("adminProducts.update", {
      params: { id: product.id },
      payload: { translations: said === undefined ? others : { ...others, [tag]: said }, version: product.version }
    })
    add(added.filter((other) => other !== tag))
    onDone(words.shell.saved)
  }
  return (
    <section class="card stack">
      <h2>{say.languages}</h2>
      <p class="hint">{say.languagesHint}</p>
      {[...known, ...added.filter((tag) => !known.includes(tag))].map((tag) => (
        <InLanguage key={tag} tag={tag} said={product.translations[tag]} onSave={save(tag)} />
      ))}
      <May to="catalog:write">
        <Form
          key={added.length}
          submit={say.addLanguage}
          label={say.addLanguage}
          onSend={async (form) => {
            const [tag] = (() => {
              try {
                return Intl.getCanonicalLocales(form.text("language"))
              } catch {
                return []
              }
            })()
            if (tag === undefined) throw wrong("language", say.noLanguage)
            if (!known.includes(tag) && !added.includes(tag)) add([...added, tag])
          }}
        >
          <TextField name="language" label={say.language} hint={say.languageHint} />
        </Form>
      </May>
    </section>
  )
}
