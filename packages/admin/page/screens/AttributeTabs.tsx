/**
 * Products, and the attributes by which they say more of themselves.
 */
import { link } from "../parts/Router.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.attributes

const addresses = { products: link(["products"]), attributes: link(["attributes"]), sets: link(["attributes", "sets"]) }

export const AttributeTabs = ({ now }: { readonly now: "products" | "attributes" | "sets" }) => (
  <Tabs
    label={say.both}
    now={addresses[now]}
    tabs={[[addresses.products, words.products.all], [addresses.attributes, say.all], [addresses.sets, words.attributeSets.all]]}
  />
)
