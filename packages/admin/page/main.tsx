/**
 * The administration page, from who is signed in to the screen that they look at.
 */
import { render } from "preact"
import { useEffect, useState } from "preact/hooks"
import { asker, call } from "./api/Api.ts"
import { from, type Problem } from "./api/Problem.ts"
import type { IconName } from "./parts/Icon.tsx"
import { Leaving } from "./parts/Leaving.tsx"
import { ProblemNotice, Sayings } from "./parts/Notice.tsx"
import { onDemand } from "./parts/OnDemand.tsx"
import { Page } from "./parts/Page.tsx"
import { Proof } from "./parts/Proof.tsx"
import { link, type Place, replace, usePlace } from "./parts/Router.ts"
import { Shell, showTheme } from "./parts/Shell.tsx"
import { holding, type Store, StoreContext, storeOf, useStore } from "./parts/Store.ts"
import { Cards, Credit, CreditOf, GiftCard } from "./screens/Cards.tsx"
import { Claim } from "./screens/Claim.tsx"
import { Account } from "./screens/Account.tsx"
import { Brands } from "./screens/Brands.tsx"
import { CollectionOf, Collections } from "./screens/Collections.tsx"
import { Draft } from "./screens/Draft.tsx"
import { Drafts } from "./screens/Drafts.tsx"
import { Engine } from "./screens/Engine.tsx"
import { FirstOwner } from "./screens/FirstOwner.tsx"
import { Home } from "./screens/Home.tsx"
import { Order } from "./screens/Order.tsx"
import { Orders } from "./screens/Orders.tsx"
import { Product } from "./screens/Product.tsx"
import { Products } from "./screens/Products.tsx"
import { Promotions } from "./screens/Promotions.tsx"
import { Reports } from "./screens/Reports.tsx"
import { Return } from "./screens/Return.tsx"
import { Claims, Returns } from "./screens/Returns.tsx"
import { Reviews } from "./screens/Reviews.tsx"
import { Settings } from "./screens/Settings.tsx"
import { SignIn, SignInAgain, type User } from "./screens/SignIn.tsx"
import { Stock } from "./screens/Stock.tsx"
import { language, speak, words } from "./words/Words.ts"
import "uplot/dist/uPlot.min.css"
import "./style/page.css"

const AttributeSets = onDemand(async () => (await import("./screens/AttributeSets.tsx")).AttributeSets)
const Attributes = onDemand(async () => (await import("./screens/Attributes.tsx")).Attributes)
const Categories = onDemand(async () => (await import("./screens/Categories.tsx")).Categories)
const Shipping = onDemand(async () => (await import("./screens/Shipping.tsx")).Shipping)
const Taxes = onDemand(async () => (await import("./screens/Taxes.tsx")).Taxes)
const PricePreview = onDemand(async () => (await import("./screens/PricePreview.tsx")).PricePreview)
const PriceLists = onDemand(async () => (await import("./screens/PriceLists.tsx")).PriceLists)
const LicensePool = onDemand(async () => (await import("./screens/LicensePool.tsx")).LicensePool)
const ProductMore = onDemand(async () => (await import("./screens/ProductMore.tsx")).ProductMore)
const Boards = onDemand(async () => (await import("./screens/Boards.tsx")).Boards)
const Team = onDemand(async () => (await import("./screens/Team.tsx")).Team)
const TemplateOf = onDemand(async () => (await import("./screens/Templates.tsx")).TemplateOf)
const WebhookOf = onDemand(async () => (await import("./screens/Webhooks.tsx")).WebhookOf)
const PriceListOf = onDemand(async () => (await import("./screens/PriceList.tsx")).PriceListOf)

/** The sections, each with what may see something in it; `undefined`: everybody. */
const sections: Readonly<Record<IconName, string | ReadonlyArray<string> | undefined>> = {
  home: undefined,
  orders: "orders:read",
  drafts: "orders:read",
  returns: "orders:read",
  products: "catalog:read",
  collections: "catalog:read",
  stock: "inventory:read",
  promotions: "promotions:read",
  prices: "prices:read",
  cards: ["gift-cards:read", "store-credit:read"],
  reviews: "reviews:read",
  reports: "analytics:read",
  team: ["roles:read", "users:write", "api-keys:write"],
  engine: ["jobs:read", "webhooks:read", "notifications:read", "audit:read", "settings:read"],
  settings: "settings:read"
}

/** The section that a place belongs to, where it has another name. */
const within: Readonly<Record<string, IconName>> = { claims: "returns", credit: "cards", brands: "collections", categories: "collections", attributes: "products", webhooks: "engine", templates: "engine" }

type Session =
  | { readonly is: "unknown" }
  | { readonly is: "nobody"; readonly reason?: string }
  | { readonly is: "somebody"; readonly user: User; readonly store: Store }
  | { readonly is: "failed"; readonly problem: Problem }

const enter = async (user: User): Promise<Session> => {
  const [{ permissions }, preferences] = await Promise.all([call("me.permissions"), call("me.preferences").catch(() => undefined)])
  // what they chose anywhere holds here, too
  if (preferences !== undefined && preferences.language !== null) speak(preferences.language)
  const may = holding(permissions)
  const settings = may("settings:read") ? await call("administration.getSettings").catch(() => undefined) : undefined
  return { is: "somebody", user, store: storeOf(settings, may) }
}

const failed = (error: unknown): Session => {
  const problem = from(error)
  return problem.status === 401 ? { is: "nobody" } : { is: "failed", problem }
}

/** Screens of a part of a product. */
const OfProduct = ({ id, more: [part, variantId] }: { readonly id: string; readonly more: ReadonlyArray<string> }) =>
  part === "more" && variantId === undefined
    ? <ProductMore id={id} />
    : part === "keys" && variantId !== undefined
    ? <LicensePool productId={id} variantId={variantId} />
    : <NotFound />

const NotFound = () => <Page title={words.shell.notFound}><p><a href="#/">{words.sections.home}</a></p></Page>

const Screen = ({ onSettings, path, query }: Place & { readonly onSettings: (store: Store) => void }) => {
  const { may } = useStore()
  const [section, id, more] = path
  if (section === undefined) return <Home />
  if (section === "orders" && more === undefined) return id === undefined ? <Orders query={query} /> : <Order id={id} />
  if (section === "collections" && more === undefined) return id === undefined ? <Collections query={query} /> : <CollectionOf id={id} />
  if (section === "brands" && id === undefined) return <Brands />
  if (section === "categories" && id === undefined) return <Categories />
  if (section === "attributes" && id === undefined) return <Attributes />
  if (section === "attributes" && id === "sets" && more === undefined) return <AttributeSets />
  if (section === "account" && id === undefined) return <Account />
  if (section === "drafts" && more === undefined) return id === undefined ? <Drafts query={query} /> : <Draft id={id} />
  if (section === "cards" && more === undefined) return id === undefined ? <Cards /> : <GiftCard id={id} />
  if (section === "credit" && more === undefined) return id === undefined ? <Credit query={query} /> : <CreditOf id={id} />
  if (section === "reports" && id === undefined) return <Reports />
  if (section === "reports" && id === "boards" && path.length < 4) return <Boards id={more} />
  if (section === "engine" && more === undefined) return <Engine key={id ?? ""} tab={id} query={query} />
  if (section === "team" && more === undefined) return <Team key={id ?? ""} tab={id} query={query} />
  if (section === "webhooks" && id !== undefined && more === undefined) return <WebhookOf id={id} query={query} />
  if (section === "templates" && id !== undefined && more !== undefined) return <TemplateOf name={id} language={more} />
  if (section === "returns" && more === undefined) return id === undefined ? <Returns query={query} /> : <Return id={id} />
  if (section === "claims" && more === undefined) return id === undefined ? <Claims query={query} /> : <Claim id={id} />
  if (section === "products" && more === undefined) return id === undefined ? <Products query={query} /> : <Product id={id} />
  if (section === "products" && id !== undefined) return <OfProduct id={id} more={path.slice(2)} />
  if (section === "stock" && id === undefined) return <Stock query={query} />
  if (section === "promotions" && id === undefined) return <Promotions query={query} />
  if (section === "prices" && id === "preview" && more === undefined) return <PricePreview />
  if (section === "prices" && more === undefined) return id === undefined ? <PriceLists /> : <PriceListOf id={id} />
  if (section === "reviews" && id === undefined) return <Reviews query={query} />
  if (section === "settings" && id === "shipping" && more === undefined) return <Shipping />
  if (section === "settings" && id === "taxes" && more === undefined) return <Taxes />
  if (section === "settings" && id === undefined) return <Settings onChanged={(settings) => onSettings(storeOf(settings, may))} />
  return <NotFound />
}

const App = () => {
  const [session, set] = useState<Session>({ is: "unknown" })
  const { path, query } = usePlace()
  const look = () => {
    call("me.get").then(enter).catch(failed).then(set)
  }
  useEffect(() => {
    asker.signedOut = () =>
      set((before) => before.is === "somebody" ? { is: "nobody", reason: words.problem.signed_out } : before)
    look()
  }, [])
  if (path[0] === "first-owner" && path[1] !== undefined) {
    return (
      <FirstOwner
        token={path[1]}
        onSignedIn={(user) => {
          // the secret is worth nothing any more, and stays in no history
          replace(link([]))
          void enter(user).catch(failed).then(set)
        }}
      />
    )
  }
  switch (session.is) {
    case "unknown":
      return <p class="loading" role="status">{words.shell.loading} …</p>
    case "failed":
      return (
        <main class="entrance">
          <ProblemNotice problem={session.problem}>
            <button type="button" onClick={look}>{words.shell.retry}</button>
          </ProblemNotice>
        </main>
      )
    case "nobody":
      return <SignIn reason={session.reason} onSignedIn={(user) => void enter(user).catch(failed).then(set)} />
    case "somebody":
      return (
        <StoreContext.Provider value={session.store}>
          <Shell
            user={session.user}
            section={within[path[0] ?? ""] ?? path[0] ?? "home"}
            sections={(Object.keys(sections) as ReadonlyArray<IconName>).filter((name) => {
              const permission = sections[name]
              return permission === undefined || [permission].flat().some(session.store.may)
            })}
            onSignedOut={() => set({ is: "nobody" })}
          >
            <Screen
              key={path.join("/")}
              path={path}
              query={query}
              onSettings={(store) => set({ ...session, store })}
            />
          </Shell>
          <Sayings />
          <Proof />
          <SignInAgain user={session.user} />
          <Leaving />
        </StoreContext.Provider>
      )
  }
}

document.documentElement.lang = language
showTheme()
const place = document.getElementById("page")
if (place !== null) render(<App />, place)
