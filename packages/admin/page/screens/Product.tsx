/**
 * One product: what is said of it, its variants with their prices, and its pictures.
 */
import { useState } from "preact/hooks"
import { call, fileAddress, upload } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { ChoiceField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { onDemand } from "../parts/OnDemand.tsx"
import { Page } from "../parts/Page.tsx"
import { Pictured } from "../parts/Pictured.tsx"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"
import type { ProductStatus } from "./Products.tsx"
import { ProductTabs } from "./ProductTabs.tsx"

const say = words.product

const BundleParts = onDemand(async () => (await import("./Bundle.tsx")).BundleParts)
const VariantForm = onDemand(async () => (await import("./VariantForms.tsx")).VariantForm)
const NewVariant = onDemand(async () => (await import("./VariantForms.tsx")).NewVariant)
const OptionsForm = onDemand(async () => (await import("./VariantForms.tsx")).OptionsForm)

type ProductAnswer = Answer<"adminProducts.get">
type Variant = ProductAnswer["variants"][number]
type Picture = ProductAnswer["images"][number]

interface PartProps {
  readonly product: ProductAnswer
  readonly onDone: (text: string) => void
}

const Texts = ({ onDone, product }: PartProps) => (
  <section class="card stack">
    <h2>{say.texts}</h2>
    <Form
      to="catalog:write"
      submit={words.shell.save}
      onSend={async (written) => {
        await call("adminProducts.update", {
          params: { id: product.id },
          payload: {
            title: written.text("title"),
            slug: written.text("slug"),
            description: written.text("description"),
            vendor: written.orNull("vendor"),
            status: written.text("status") as ProductStatus,
            tags: written.text("tags").split(",").map((tag) => tag.trim()).filter((tag) => tag !== ""),
            seo: { title: written.orNull("seo.title"), description: written.orNull("seo.description") },
            version: product.version
          }
        })
        onDone(words.shell.saved)
      }}
    >
      <TextField name="title" label={say.title} value={product.title} />
      <LongField name="description" label={say.description} value={product.description} rows={5} />
      <div class="pair">
        <ChoiceField name="status" label={say.status} value={product.status} choices={Object.entries(say.states)} />
        <TextField name="vendor" label={say.vendor} value={product.vendor ?? ""} optional />
      </div>
      <div class="pair">
        <TextField name="slug" label={say.slug} value={product.slug} />
        <TextField name="tags" label={say.tags} hint={say.tagsHint} value={product.tags.join(", ")} optional />
      </div>
      <details>
        <summary>{say.seo}</summary>
        <div class="stack">
          <TextField name="seo.title" label={say.seoTitle} value={product.seo.title ?? ""} optional />
          <LongField name="seo.description" label={say.seoDescription} value={product.seo.description ?? ""} rows={2} optional />
        </div>
      </details>
    </Form>
  </section>
)

const nameOf = (product: ProductAnswer, variant: Variant): string =>
  variant.title === "" || product.variants.length === 1 ? product.title : variant.title

/** `"1 × Lamp, 2 × Bulb"`. */
const partsOf = (parts: NonNullable<Variant["parts"]>): string =>
  parts.map(({ quantity, title }) => `${Format.number(quantity)} × ${title ?? words.bundles.gone}`).join(", ")

const Variants = ({ onDone, product }: PartProps) => {
  const [edited, edit] = useState<string>()
  const [arranged, arrange] = useState<string>()
  const [asked, ask] = useState<"variant" | "options">()
  const close = () => ask(undefined)
  const variant = product.variants.find(({ id }) => id === edited)
  const bundle = product.variants.find(({ id }) => id === arranged)
  const pictured = product.variants.some(({ image }) => image !== undefined)
  const said = (variant: Variant) => (
    <>
      {nameOf(product, variant)}
      {variant.sku === null ? null : <span class="muted small below">{variant.sku}</span>}
      <May to="license-keys:read">
        <a class="small below" href={link(["products", product.id, "keys", variant.id])} aria-label={`${words.licenses.one}: ${nameOf(product, variant)}`}>
          {words.licenses.one}
        </a>
      </May>
      {variant.parts === undefined ? null : <span class="muted small below">{partsOf(variant.parts)}</span>}
    </>
  )
  return (
    <section class="card">
      <h2>{say.prices}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{say.variant}</th>
            <th scope="col" class="number">{words.order.price}</th>
            <th scope="col" class="number wide-only">{words.products.stock}</th>
            <th scope="col"><span class="quiet-heading">{say.edit}</span></th>
          </tr>
        </thead>
        <tbody>
          {product.variants.map((variant) => (
            <tr key={variant.id}>
              <th scope="row">
                {pictured ? <Pictured image={variant.image ?? null}>{said(variant)}</Pictured> : said(variant)}
              </th>
              <td class="number">
                {Format.money(variant.price)}
                {variant.compareAtPrice === null ? null : <s class="muted small below">{Format.money(variant.compareAtPrice)}</s>}
              </td>
              <td class="number wide-only">
                {variant.available === null ? "∞" : <a href={link(["stock"], { variantId: variant.id })}>{Format.number(variant.available)}</a>}
              </td>
              <td class="number">
                <May to="catalog:write">
                  {variant.parts === undefined ? null : (
                    <button
                      type="button"
                      class="quiet"
                      aria-label={`${words.bundles.edit}: ${nameOf(product, variant)}`}
                      onClick={() => arrange(variant.id)}
                    >
                      {words.bundles.edit}
                    </button>
                  )}{" "}
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`${say.edit}: ${nameOf(product, variant)}`}
                    onClick={() => edit(variant.id)}
                  >
                    {say.edit}
                  </button>
                </May>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {bundle === undefined
        ? null
        : <BundleParts product={product} variant={bundle} onDone={onDone} onClose={() => arrange(undefined)} />}
      {variant === undefined
        ? null
        : <VariantForm product={product} variant={variant} title={nameOf(product, variant)} onDone={onDone} onClose={() => edit(undefined)} />}
      <May to="catalog:write">
        <div class="actions">
          {product.options.length === 0 ? null : <button type="button" class="quiet" onClick={() => ask("variant")}>{say.addVariant}</button>}
          <button type="button" class="quiet" onClick={() => ask("options")}>{say.options}</button>
        </div>
      </May>
      {asked === "variant" ? <NewVariant product={product} onDone={onDone} onClose={close} /> : null}
      {asked === "options" ? <OptionsForm product={product} onDone={onDone} onClose={close} /> : null}
    </section>
  )
}

const Pictures = ({ onDone, product }: PartProps) => {
  const params = { id: product.id }
  const first = async (mediaId: string) => {
    await call("adminProducts.addImage", { params, payload: { mediaId, position: 0, version: product.version } })
    onDone(words.shell.saved)
  }
  const remove = async (picture: Picture) => {
    if (picture.mediaId === undefined) {
      const images = product.images.filter((image) => image !== picture)
        .map(({ alt, mediaId, url }) => mediaId === undefined ? { alt, url } : { mediaId })
      await call("adminProducts.update", { params, payload: { images, version: product.version } })
    } else {
      await call("adminProducts.removeImage", { params: { ...params, imageId: picture.mediaId } }, { version: product.version })
    }
    onDone(say.pictureGone)
  }
  return (
    <section class="card stack">
      <h2>{say.pictures}</h2>
      {product.images.length === 0 ? <p class="muted">{say.noPictures}</p> : (
        <ul class="pictures">
          {product.images.map((picture, index) => (
            <li key={picture.mediaId ?? picture.url}>
              <img src={fileAddress(picture.url)} alt={picture.alt} loading="lazy" />
              <May to="catalog:write"><div class="actions">
                {index === 0 || picture.mediaId === undefined
                  ? null
                  : <Deed text={say.showFirst} label={`${say.showFirst}: ${picture.alt}`} does={() => first(picture.mediaId ?? "")} />}
                <Deed
                  class="danger"
                  text={say.removePicture}
                  label={`${say.removePicture}: ${picture.alt}`}
                  sure={say.removePictureText}
                  does={() => remove(picture)}
                />
              </div></May>
            </li>
          ))}
        </ul>
      )}
      <May to="catalog:write"><Form
        key={product.images.length}
        submit={say.uploadButton}
        onSend={async (written) => {
          const file = written.data.get("file")
          if (!(file instanceof File) || file.size === 0) throw wrong("file", words.field.required)
          const { id } = await upload(file, { name: file.name, alt: written.text("alt") })
          await call("adminProducts.addImage", { params, payload: { mediaId: id, version: product.version } })
          onDone(say.pictureAdded)
        }}
      >
        <TextField name="file" type="file" label={say.upload} accept="image/*" />
        <TextField name="alt" label={say.alt} hint={say.altHint} />
      </Form></May>
    </section>
  )
}

export const Product = ({ id }: { readonly id: string }) => {
  const product = useLoaded(() => call("adminProducts.get", { params: { idOrSlug: id } }), id)
  const onDone = (text: string) => {
    tell(text)
    void product.reload()
  }
  return (
    <Page title={product.value?.title ?? words.order.product}>
      <ProductTabs id={id} now="texts" />
      <Loaded of={product}>
        {(product) => (
          <>
            <p class="states">
              <Badge state={product.status} text={say.states[product.status]} />
              <a href={link(["products"])}>{words.products.all}</a>
            </p>
            <div class="columns halves">
              <Texts product={product} onDone={onDone} />
              <div class="stack">
                <Variants product={product} onDone={onDone} />
                <Pictures product={product} onDone={onDone} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}
