/**
 * What staff show beside a product: something else, something better, or something for it.
 */
import { call } from "../api/Api.ts"
import { Deed } from "../parts/Deed.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { link } from "../parts/Router.ts"
import { ProductPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import type { ProductPartProps } from "./ProductMore.tsx"

const say = words.productMore

type Kind = keyof typeof say.kinds

interface Linked {
  readonly id: string
  readonly title: string
}

/** What was chosen, in its order, whether buyers see it or not. */
const read = async (id: string, kind: Kind): Promise<ReadonlyArray<Linked>> => (await call("productLinks.linked", { params: { id, kind } })).products

const OfKind = ({ kind, onDone, product }: ProductPartProps & { readonly kind: Kind }) => {
  const linked = useLoaded(() => read(product.id, kind), `${product.id} ${kind}`)
  const save = async (chosen: ReadonlyArray<Linked>) => {
    await call("productLinks.setLinked", {
      params: { id: product.id, kind },
      payload: { productIds: chosen.map(({ id }) => id as never) }
    })
    linked.set(chosen)
    onDone(words.shell.saved)
  }
  return (
    <fieldset>
      <legend>{say.kinds[kind]}</legend>
      <Loaded of={linked}>
        {(chosen) => (
          <>
            {chosen.length === 0 ? <p class="muted">{say.noneLinked}</p> : (
              <ul class="rows">
                {chosen.map((one, place) => {
                  const others = chosen.filter(({ id }) => id !== one.id)
                  return (
                    <li key={one.id}>
                      <a href={link(["products", one.id])}>{one.title}</a>
                      <May to="catalog:write">
                        {place === 0 ? null : (
                          <Deed
                            text={words.collections.up}
                            label={`${words.collections.up}: ${one.title}`}
                            does={() => save([...others.slice(0, place - 1), one, ...others.slice(place - 1)])}
                          />
                        )}
                        <Deed class="danger" text={words.collections.takeOut} label={`${words.collections.takeOut}: ${one.title}`} does={() => save(others)} />
                      </May>
                    </li>
                  )
                })}
              </ul>
            )}
            <May to="catalog:write">
              <ProductPicker
                label={say.addTo(say.kinds[kind])}
                onPick={async ({ productId: id, title }) => {
                  if (id !== product.id && chosen.every((one) => one.id !== id)) await save([...chosen, { id, title }])
                }}
              />
            </May>
          </>
        )}
      </Loaded>
    </fieldset>
  )
}

const kinds = Object.keys(say.kinds) as ReadonlyArray<Kind>

export const RelatedProducts = (props: ProductPartProps) => (
  <section class="card stack">
    <h2>{say.related}</h2>
    {kinds.map((kind) => <OfKind key={kind} kind={kind} {...props} />)}
  </section>
)
