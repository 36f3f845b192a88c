/**
 * What holds for the whole shop: its settings, how goods get to buyers, and what tax is charged.
 */
import { link } from "../parts/Router.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const addresses = { general: link(["settings"]), shipping: link(["settings", "shipping"]), taxes: link(["settings", "taxes"]) }

export const SettingsTabs = ({ now }: { readonly now: keyof typeof addresses }) => (
  <Tabs
    label={words.sections.settings}
    now={addresses[now]}
    tabs={[[addresses.general, words.settings.general], [addresses.shipping, words.shipping.all], [addresses.taxes, words.taxes.all]]}
  />
)
