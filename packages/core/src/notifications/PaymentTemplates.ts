import type { Templates } from "./Template.ts"

/** What the people of a shop are told of its payments. */
export const english = {
  "authorization-ending": {
    subject: "Take the money of order {{ order.number }} before it is too late",
    text: `{{ amount | money }} for order {{ order.number }} are reserved at {{ gateway }} until {{ at | date: "%e %B %Y, %H:%M" }} UTC, and were not taken yet.

After that they are gone, and an order that waits for its payment is cancelled.`
  },
  "authorization-expired": {
    subject: "Order {{ order.number }} is not paid: its reserved money is gone",
    text: `{{ amount | money }} for order {{ order.number }}, which you work on already, were reserved at {{ gateway }} until {{ at | date: "%e %B %Y, %H:%M" }} UTC and never taken.

The order still owes them. Its buyer can pay by other means.`
  },
  "gateway-misconfigured": {
    subject: "{{ store.name }} cannot take money through {{ gateway }}",
    text: `{{ gateway }} does not accept the credentials of {{ store.name }}: {{ reason }}.

Nobody can pay through it, and no refund goes out, until they are put right. What waits goes on by itself then.`
  }
} as const satisfies Templates
