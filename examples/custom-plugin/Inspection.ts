/**
 * Goods are looked at before they leave: a state more between `processing` and `shipped`, without which no parcel goes. What
 * waits for its buyer at the counter is packed for it first, which the buyer sees. And no money goes back without a word on why.
 */
import { definePlugin, PaymentGuards } from "@stoa/core"
import { Effect, Layer } from "effect"

const saysWhy = Layer.effectDiscard(PaymentGuards.PaymentGuards.use((guards) =>
  guards.add({
    name: "inspection:says-why",
    events: ["refund"],
    refuses: ({ reason }) => Effect.succeed(reason === "" ? "say what is wrong with the goods" : undefined)
  })
))

export const inspection = definePlugin({
  name: "inspection",
  version: "1.0.0",
  layer: saysWhy,
  permissions: { "inspections:write": "Say that goods were inspected" },
  states: {
    orders: [{
      name: "inspected",
      base: "processing",
      to: ["shipped"],
      required: true,
      permission: "inspections:write",
      title: { en: "Inspected", de: "Geprüft" }
    }],
    fulfilments: [{
      name: "packed_for_pickup",
      base: "packed",
      to: ["ready"],
      kind: "pickup",
      forBuyers: true,
      title: { en: "Packed for the counter", de: "Für die Abholung gepackt" }
    }]
  }
})
