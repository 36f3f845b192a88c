/**
 * Goods are looked at before they leave: a state more between `processing` and `shipped`, without which no parcel goes. What
 * waits for its buyer at the counter is packed for it first, which the buyer sees.
 */
import { definePlugin } from "@stoa/core"

export const inspection = definePlugin({
  name: "inspection",
  version: "1.0.0",
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
