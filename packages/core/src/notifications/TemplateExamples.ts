/**
 * What shipped templates are tried out with: the data of a message that could have been sent.
 */
import type * as Schema from "effect/Schema"

const usd = (amount: number) => ({ amount, currency: "USD" })

const order = {
  number: 1001,
  isPaid: true,
  pricesIncludeTax: false,
  lines: [
    { title: "Walnut board", variantTitle: "Large", quantity: 2, total: usd(11_900) },
    { title: "Mug", variantTitle: null, quantity: 1, total: usd(1_400) }
  ],
  shippingName: "Post",
  shippingTotal: usd(500),
  shippingParts: [],
  tax: usd(1_030),
  total: usd(14_830),
  address: ["Ada Lovelace", "12 Analytical Row", "97201 Portland", "OR", "US"],
  url: "https://shop.example.com/orders/ord_01jd5m8x2vf6grc1x7e9w0b3qk"
}

/** The same for all templates: each sees what it asks for. */
export const data: Readonly<Record<string, Schema.Json>> = {
  order,
  until: "2026-12-24",
  number: "INV-2026-000001",
  contact: "hello@shop.example.com",
  amount: usd(1_000),
  waits: usd(400),
  due: usd(1_250),
  decision: "refunded",
  answer: "The carrier has lost the parcel.",
  tracking: { carrier: "Post", number: "RB123456789", url: "https://post.example.com/RB123456789" },
  title: "Walnut board",
  sku: "WB-L",
  location: "Warehouse",
  available: 5,
  threshold: 5,
  code: "123456",
  link: "https://shop.example.com/sign-in#token=example",
  minutes: 10,
  from: "ada@example.com",
  to: "ada@example.org",
  old: false,
  what: "A passkey was added.",
  at: "2026-11-25T08:05:00.000Z",
  address: "203.0.113.7",
  place: "Portland",
  device: "Firefox on Linux",
  gateway: "stripe",
  guard: "four-eyes",
  expected: usd(14_830),
  received: { amount: 14_830, currency: "JPY" },
  reference: "dp_1SXyz",
  score: 70,
  url: "https://erp.example.com",
  reason: "failing",
  lines: [{ title: "Mug", variantTitle: null, quantity: 1 }],
  added: [{ title: "Walnut board", variantTitle: "Small", quantity: 1 }],
  removed: [{ title: "Mug", variantTitle: null, quantity: 1 }],
  supplied: [{ title: "Walnut board", variantTitle: "Large", quantity: 2 }],
  files: [{ name: "Walnut board, plans.pdf", until: "2027-11-26", times: 5 }, { name: "Finish.pdf", until: null, times: 1 }],
  keys: [{ title: "Cutting plans", key: "7Q2M-9XKD-41TZ" }],
  more: 0,
  free: 3,
  waiting: 0,
  note: "The large board is out of walnut until Monday.\nShall we send it in oak?",
  name: "Ada",
  report: "Sales, weekly",
  attached: true,
  recipient: "eve@example.com",
  keptUntil: "2026-12-07T06:00:00.000Z",
  unsubscribe: "https://shop.example.com/api/v1/unsubscribe?token=example",
  items: [{ title: "Mug", quantity: 1, total: usd(1_400), price: usd(1_100), before: usd(1_400) }]
}
