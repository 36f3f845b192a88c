/**
 * Bundles: pieces of several goods that are sold as one. They have the stock of their parts.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { partsPerMillion } from "./Promotions.tsx"

const say = words.bundles

type Variant = Answer<"adminProducts.get">["variants"][number]
type Bundle = NonNullable<Variant["bundle"]>

interface Part {
  readonly variantId: string
  readonly title: string
  readonly quantity: number
}

const nameOf = (place: number): string => `bundle.parts.${place}.quantity`

/** What was written: parts of which there are none are left out. */
const bundleOf = (written: Written, parts: ReadonlyArray<Part>, follows: boolean): Bundle => {
  const chosen = parts.flatMap(({ variantId }, place) => {
    const quantity = written.whole(nameOf(place)) ?? 0
    return quantity === 0 ? [] : [{ variantId: variantId as never, quantity }]
  })
  if (chosen.length === 0) throw wrong(say.parts, say.noParts)
  const percent = written.text("bundle.reductionPpm")
  const reductionPpm = percent === "" || percent === "0" ? 0 : partsPerMillion(percent)
  if (follows && reductionPpm === undefined) throw wrong("bundle.reductionPpm", words.promotions.percentWrong)
  return { parts: chosen, ...(follows && reductionPpm !== undefined ? { reductionPpm } : {}) }
}

const Fields = ({ add, follow, follows, parts, reduction }: {
  readonly parts: ReadonlyArray<Part>
  readonly add: (part: Part) => void
  readonly follows: boolean
  readonly follow: (follows: boolean) => void
  readonly reduction: number
}) => (
  <>
    <fieldset>
      <legend>{say.parts}</legend>
      <div class="stack">
        {parts.map(({ quantity, title, variantId }, place) => (
          <TextField key={variantId} name={nameOf(place)} label={title} hint={say.none} inputMode="numeric" value={String(quantity)} />
        ))}
        <VariantPicker
          label={words.edit.add}
          onPick={({ title, variantId }) => {
            if (parts.every((part) => part.variantId !== variantId)) add({ variantId, title, quantity: 1 })
          }}
        />
      </div>
    </fieldset>
    <CheckField name="follows" label={say.follows} checked={follows} onCheck={follow} />
    {follows
      ? <TextField name="bundle.reductionPpm" label={say.less} inputMode="decimal" value={reduction === 0 ? "" : String(reduction / 10_000)} optional />
      : null}
  </>
)

export const NewBundle = ({ onClose }: { readonly onClose: () => void }) => {
  const currency = useStore().currency ?? "USD"
  const [parts, set] = useState<ReadonlyArray<Part>>([])
  const [follows, follow] = useState(true)
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written, { key }) => {
          const bundle = bundleOf(written, parts, follows)
          // that of one that follows its parts is worked out by the shop
          const price = follows ? { amount: 0, currency } : Format.parseMoney(written.text("variants.0.price"), currency)
          if (price === undefined) throw wrong("variants.0.price", words.field.money)
          const product = await call("adminProducts.create", {
            payload: { title: written.text("title"), status: "draft", variants: [{ price, sku: written.orNull("variants.0.sku"), bundle }] }
          }, { key })
          onClose()
          go(link(["products", product.id]))
        }}
      >
        <TextField name="title" label={words.product.title} />
        <Fields parts={parts} add={(part) => set([...parts, part])} follows={follows} follow={follow} reduction={0} />
        <div class="pair">
          {follows ? null : <TextField name="variants.0.price" label={words.product.priceIn(currency)} inputMode="decimal" />}
          <TextField name="variants.0.sku" label={words.product.sku} optional />
        </div>
      </Form>
    </Dialog>
  )
}

export const BundleParts = ({ onClose, onDone, product, variant }: {
  readonly product: Answer<"adminProducts.get">
  readonly variant: Variant
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const [parts, set] = useState<ReadonlyArray<Part>>(() =>
    (variant.parts ?? []).map(({ quantity, title, variantId }) => ({ variantId, title: title ?? say.gone, quantity }))
  )
  const reduction = variant.bundle?.reductionPpm
  const [follows, follow] = useState(reduction !== undefined)
  return (
    <Dialog title={say.parts} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onSend={async (written) => {
          await call("adminProducts.updateVariant", {
            params: { id: product.id, variantId: variant.id },
            payload: { bundle: bundleOf(written, parts, follows), version: product.version }
          })
          onClose()
          onDone(words.shell.saved)
        }}
      >
        <Fields parts={parts} add={(part) => set([...parts, part])} follows={follows} follow={follow} reduction={reduction ?? 0} />
      </Form>
    </Dialog>
  )
}
