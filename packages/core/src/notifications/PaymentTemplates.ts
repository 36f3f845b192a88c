import type { Templates } from "./Template.ts"

/** What the people of a shop are told of its payments. */
export const english = {
  "authorization-ending": {
    subject: "Take the money of order {{ order.number }} before it is too late",
    text: `{{ amount | money }} for order {{ order.number }} are reserved at {{ gateway }} until {{ at | date: "%-d %B %Y, %H:%M" }} UTC, and were not taken yet.

After that they are gone, and an order that waits for its payment is cancelled.`
  },
  "authorization-expired": {
    subject: "Order {{ order.number }} is not paid: its reserved money is gone",
    text: `{{ amount | money }} for order {{ order.number }}, which you work on already, were reserved at {{ gateway }} until {{ at | date: "%-d %B %Y, %H:%M" }} UTC and never taken.

The order still owes them. Its buyer can pay by other means.`
  },
  "gateway-misconfigured": {
    subject: "{{ store.name }} cannot take money through {{ gateway }}",
    text: `{{ gateway }} does not accept the credentials of {{ store.name }}: {{ reason }}.

Nobody can pay through it, and no refund goes out, until they are put right. What waits goes on by itself then.`
  },
  "payment-mismatched": {
    subject: "Order {{ order.number }} was paid otherwise than it was asked for",
    text: `{{ gateway }} was asked for {{ expected | money }} for order {{ order.number }} and took {{ received | money }}.

The order does not count as paid, and nothing of it goes out. Give the money back, or find out what the buyer wanted.`
  },
  "capture-refused": {
    subject: "The money of order {{ order.number }} waits to be taken",
    text: `Order {{ order.number }} was approved, but {{ guard }} does not let its {{ amount | money }} be taken: {{ reason }}.

They stay reserved at {{ gateway }} for a while. Take them once nothing speaks against it.`
  },
  "refund-refused": {
    subject: "{{ gateway }} does not give back money of order {{ order.number }}",
    text: `{{ gateway }} refuses to give back {{ amount | money }} of order {{ order.number }}: {{ reason }}.

The buyer still has a right to it. Try again, or give it back in another way.`
  },
  "fraud-review": {
    subject: "Somebody has to look at order {{ order.number }}",
    text: `By the rules of {{ store.name }}, order {{ order.number }} may be fraud ({{ score }} {% if score == 1 %}point{% else %}points{% endif %}).

Until somebody approves or rejects it, its money is not taken, or nothing of it goes out.`
  },
  "dispute-unmatched": {
    subject: "{{ gateway }} tells of a dispute that {{ store.name }} cannot place",
    text: `{{ gateway }} tells of the dispute {{ reference }}. It is about a payment that {{ store.name }} does not know, or in another currency than it.

It is not asked about any more. Look at it there: it may have to be answered.`
  }
} as const satisfies Templates
