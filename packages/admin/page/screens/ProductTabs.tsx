/**
 * The two halves of what is kept of a product.
 */
import { link } from "../parts/Router.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.productMore

export const ProductTabs = ({ id, now }: { readonly id: string; readonly now: "texts" | "more" }) => {
  const addresses = { texts: link(["products", id]), more: link(["products", id, "more"]) }
  return <Tabs label={say.tabs} now={addresses[now]} tabs={[[addresses.texts, say.first], [addresses.more, say.more]]} />
}
