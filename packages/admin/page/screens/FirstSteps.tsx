/**
 * What a new shop still needs before anybody can buy in it. It is asked for only while nothing was sold.
 */
import { call } from "../api/Api.ts"
import { Badge } from "../parts/Badge.tsx"
import { useLoaded } from "../parts/Loaded.tsx"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"

const say = words.firstSteps

const readSteps = async () => {
  const [{ settings }, { items: methods }, { items: rates }, { items: products }] = await Promise.all([
    call("administration.getSettings"),
    call("shippingAndTax.listShippingMethods"),
    call("shippingAndTax.listTaxRates"),
    call("adminProducts.list", { query: { limit: 1, status: "active" } })
  ])
  const steps: ReadonlyArray<readonly [string, string, boolean]> = [
    [say.settings, link(["settings"]), settings.contactEmail !== null],
    [say.shipping, link(["settings", "shipping"]), methods.some(({ active }) => active)],
    [say.taxes, link(["settings", "taxes"]), rates.length > 0],
    [say.products, link(["products"]), products.length > 0]
  ]
  return steps
}

export const FirstSteps = () => {
  const steps = useLoaded(readSteps, "steps")
  // it helps, and nothing hangs on it
  if (steps.value === undefined || steps.value.every(([, , done]) => done)) return null
  return (
    <section class="card stack" aria-label={say.title}>
      <h2>{say.title}</h2>
      <ul class="rows">
        {steps.value.map(([text, to, done]) => (
          <li key={to}>
            <a href={to}>{text}</a>
            <Badge state={done ? "active" : "pending"} text={done ? say.done : say.open} />
          </li>
        ))}
      </ul>
      <p class="muted small">{say.payments}</p>
    </section>
  )
}
