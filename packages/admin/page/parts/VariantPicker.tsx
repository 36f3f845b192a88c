/**
 * Finds a variant by words: products first, then, where one has several, which of them.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { from, type Problem } from "../api/Problem.ts"
import { words } from "../words/Words.ts"
import { ProblemNotice } from "./Notice.tsx"

const say = words.picker

export interface Picked {
  readonly variantId: string
  readonly productId: string
  readonly title: string
  readonly price: Format.Money
}

interface Offer {
  readonly productId: string
  readonly title: string
}

/** Searches some time after the last letter. */
const pause = 250

export const ProductPicker = ({ label, onPick }: {
  readonly label: string
  readonly onPick: (offer: Offer) => void | Promise<void>
}) => {
  const id = useId()
  const [text, write] = useState("")
  const [found, find] = useState<ReadonlyArray<Offer>>()
  const [problem, tell] = useState<Problem>()
  const turn = useRef(0)
  useEffect(() => {
    const mine = ++turn.current
    const wanted = text.trim()
    if (wanted === "") {
      find(undefined)
      return undefined
    }
    const timer = setTimeout(() => {
      call("adminProducts.list", { query: { search: wanted, limit: 8 } }).then(({ items }) => {
        if (mine === turn.current) find(items.map(({ id, title }) => ({ productId: id, title })))
      }, (error: unknown) => {
        if (mine === turn.current) tell(from(error))
      })
    }, pause)
    return () => clearTimeout(timer)
  }, [text])
  const pick = (offer: Offer) => {
    tell(undefined)
    Promise.resolve(onPick(offer)).then(() => write(""), (error: unknown) => tell(from(error)))
  }
  return (
    <div class="field picker">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        autocomplete="off"
        value={text}
        placeholder={say.hint}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          // in a form, Enter would send it
          if (event.key !== "Enter") return
          event.preventDefault()
          const [first] = found ?? []
          if (first !== undefined) pick(first)
        }}
      />
      <div role="status" class="small muted">{found === undefined ? "" : say.found(found.length)}</div>
      {found === undefined || found.length === 0 ? null : (
        <ul class="rows">
          {found.map((offer) => (
            <li key={offer.productId}>
              <button type="button" class="link" onClick={() => pick(offer)}>{offer.title}</button>
            </li>
          ))}
        </ul>
      )}
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
    </div>
  )
}

export const VariantPicker = ({ label, onPick }: {
  readonly label: string
  readonly onPick: (picked: Picked) => void
}) => {
  const [several, choose] = useState<ReadonlyArray<Picked>>()
  return (
    <>
      <ProductPicker
        label={label}
        onPick={async ({ productId }) => {
          const product = await call("adminProducts.get", { params: { idOrSlug: productId } })
          const all = product.variants.map((variant) => ({
            variantId: variant.id,
            productId,
            title: product.variants.length === 1 ? product.title : `${product.title}, ${variant.title}`,
            price: variant.price
          }))
          const [only] = all
          if (all.length === 1 && only !== undefined) onPick(only)
          else choose(all)
        }}
      />
      {several === undefined ? null : (
        <fieldset>
          <legend>{say.which}</legend>
          <ul class="rows">
            {several.map((one) => (
              <li key={one.variantId}>
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    choose(undefined)
                    onPick(one)
                  }}
                >
                  {one.title}
                </button>
                <span class="number">{Format.money(one.price)}</span>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
    </>
  )
}
