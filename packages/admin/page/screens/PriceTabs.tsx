/**
 * Price lists, and what buyers would pay by them.
 */
import { link } from "../parts/Router.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const addresses = { lists: link(["prices"]), preview: link(["prices", "preview"]) }

export const PriceTabs = ({ now }: { readonly now: keyof typeof addresses }) => (
  <Tabs
    label={words.pricePreview.both}
    now={addresses[now]}
    tabs={[[addresses.lists, words.pricePreview.allLists], [addresses.preview, words.pricePreview.title]]}
  />
)
