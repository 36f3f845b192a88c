/**
 * What buyers do over HTTP.
 */
import type { Answer, Connection } from "./Load.ts"

/** What is there to be bought. */
export interface Goods {
  readonly slugs: ReadonlyArray<string>
  readonly variantIds: ReadonlyArray<string>
  readonly shippingMethodId: string
}

const address = { name: "Ada Lovelace", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" }

/** An answer that nobody expects ends the bench: a figure of refusals would say nothing. */
export const expect = (answer: Answer, status: number): Answer => {
  if (answer.status === status) return answer
  throw new Error(`Expected ${status}, was answered ${answer.status}: ${answer.body.toString("utf8").slice(0, 500)}`)
}

/** What an answer says. */
export const json = <A>({ body }: Answer): A => JSON.parse(body.toString("utf8")) as A

let turn = 0

/** A thing of a list, another one each time. */
export const next = <A>(things: ReadonlyArray<A>): A => things[turn++ % things.length] as A

export const api = "/api/v1"

export const list = async (connection: Connection): Promise<void> => {
  expect(await connection.request("GET", `${api}/products`), 200)
}

export const page = ({ slugs }: Goods) => async (connection: Connection): Promise<void> => {
  expect(await connection.request("GET", `${api}/products/${next(slugs)}`), 200)
}

export const search = (words: ReadonlyArray<string>) => async (connection: Connection): Promise<void> => {
  expect(await connection.request("GET", `${api}/products/search?q=${next(words)}`), 200)
}

export const startCart = (connection: Connection): Promise<Answer> => connection.request("POST", `${api}/cart`)

/** The header that proves to be the owner of a cart that was started. */
export const ownerOf = (answer: Answer): Readonly<Record<string, string>> => {
  // the token is a part of the cookie, so the cart itself need not be read
  const token = /stoa_cart=([^;]+)/.exec(answer.head)?.[1]
  if (token === undefined) throw new Error("A new cart came without its token")
  return { "stoa-cart": token }
}

export const newCart = async (connection: Connection): Promise<Readonly<Record<string, string>>> =>
  ownerOf(expect(await startCart(connection), 201))

export const addItem = async (
  connection: Connection,
  cart: Readonly<Record<string, string>>,
  variantId: string
): Promise<Answer> => connection.request("POST", `${api}/cart/items`, cart, { variantId, quantity: 1 })

export const seeCart = async (connection: Connection, cart: Readonly<Record<string, string>>): Promise<void> => {
  expect(await connection.request("GET", `${api}/cart`, cart), 200)
}

export const sayAddress = (connection: Connection, cart: Readonly<Record<string, string>>): Promise<Answer> =>
  connection.request("PATCH", `${api}/cart`, cart, { email: "ada@example.com", shippingAddress: address })

export const chooseShipping = async (
  connection: Connection,
  cart: Readonly<Record<string, string>>,
  { shippingMethodId }: Goods
): Promise<void> => {
  expect(await connection.request("PATCH", `${api}/cart`, cart, { shippingMethodId }), 200)
}

/** Orders and pays a cart that knows its address. */
export const checkout = (connection: Connection, cart: Readonly<Record<string, string>>): Promise<Answer> =>
  connection.request("POST", `${api}/checkout`, cart, { payment: { gateway: "sandbox" } })

/** The status of the order in the answer of a checkout. */
export const statusOf = (answer: Answer): string =>
  json<{ readonly order: { readonly status: string } }>(expect(answer, 201)).order.status

/** A new cart with one item. */
export const cartWithItem = (goods: Goods) => async (connection: Connection): Promise<void> => {
  const cart = await newCart(connection)
  expect(await addItem(connection, cart, next(goods.variantIds)), 200)
}

/** From nothing to a paid order, in six requests: cart, two items, address, shipping, checkout. */
export const wholeFlow = (goods: Goods) => async (connection: Connection): Promise<void> => {
  const cart = await newCart(connection)
  expect(await addItem(connection, cart, next(goods.variantIds)), 200)
  expect(await addItem(connection, cart, next(goods.variantIds)), 200)
  expect(await sayAddress(connection, cart), 200)
  await chooseShipping(connection, cart, goods)
  const status = statusOf(await checkout(connection, cart))
  if (status !== "paid") throw new Error(`The order of a whole flow is ${status}`)
}
