/**
 * Products, and the attributes by which they say more of themselves.
 */
import { link } from "../parts/Router.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.attributes

export const AttributeTabs = ({ now }: { readonly now: "products" | "attributes" }) => (
  <Tabs
    label={say.both}
    now={link([now])}
    tabs={[[link(["products"]), words.products.all], [link(["attributes"]), say.all]]}
  />
)
