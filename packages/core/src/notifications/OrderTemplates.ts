import { button, fragments, link, named, namedHtml } from "./OrderFragments.ts"
import type { Templates } from "./Template.ts"

const { addressHtml, addressText, itemsHtml, itemsText, orderButton, question, questionHtml } = fragments({
  shipping: "Shipping",
  tax: "Tax",
  taxContained: "Tax contained",
  total: "Total",
  goesTo: "It goes to:",
  seeOrder: "See your order",
  question: "Questions? Write to {{ contact }}."
})

/** What a dispute holds of what goes back. */
const waiting = "{{ waits | money }} of your payment are disputed: we give them back as soon as your bank has decided that they are ours."

/** What a change means for the buyer's money. */
const settledText = `{% if open.amount > 0 %}{{ open | money }} is left to pay. You can pay it at your order.{% elsif refund.amount > 0 or waits.amount > 0 %}{% if refund.amount > 0 %}We give back {{ refund | money }}; we tell you when it is on its way.{% endif %}{% if waits.amount > 0 %}{% if refund.amount > 0 %} {% endif %}${waiting}{% endif %}{% elsif order.isPaid %}There is nothing more to pay.{% else %}It costs {{ order.total | money }} now.{% endif %}`

/** What was decided about a claim. */
const claimDecided =
  "{% if decision == 'replaced' %}We are sorry for what went wrong with your order {{ order.number }}. We send it again, for nothing.{% elsif decision == 'refunded' %}We are sorry for what went wrong with your order {{ order.number }}. We give back {{ amount | money }}; you need not send anything back.{% else %}We have looked at what you wrote about your order {{ order.number }}, and cannot take the claim.{% endif %}"

/** What became of money that was given back. */
const givenBackAs =
  "{% if creditedTo == 'store-credit' %} as credit, to be spent in our shop.{% elsif creditedTo == 'outside' %}, in another way than you paid.{% elsif creditedTo %} on a gift card, whose code we send you.{% else %}, the way you paid. Banks take up to ten days until you see it.{% endif %}"

/** What buyers are told of their orders, and staff of their stock. */
export const english = {
  "order-confirmation": {
    subject: "Your order {{ order.number }} at {{ store.name }}",
    text: `Thank you for your order {{ order.number }}.{% unless order.isPaid %} It will be paid as agreed.{% endunless %}

${itemsText}${addressText}${link}${question}`,
    html: `<h1>Thank you for your order {{ order.number }}</h1>{% unless order.isPaid %}<p>It will be paid as agreed.</p>{% endunless %}${itemsHtml}${addressHtml}${orderButton}${questionHtml}`
  },
  "draft-order": {
    subject: "Your order at {{ store.name }} is ready to be paid",
    text: `We have put your order together.{% if until %} You can pay it until {{ until | date: "%-d %B %Y" }}.{% endif %}{% if message %}

{{ message }}{% endif %}

${itemsText}${addressText}

See it and pay it here:

{{ url }}${question}`,
    html: `<h1>Your order is ready to be paid</h1><p>We have put your order together.{% if until %} You can pay it until {{ until | date: "%-d %B %Y" }}.{% endif %}</p>{% if message %}<p style="white-space:pre-line">{{ message }}</p>{% endif %}${itemsHtml}${addressHtml}<p><a class="button" href="{{ url }}">See and pay it</a></p>${questionHtml}`
  },
  "payment-failed": {
    subject: "The payment of your order {{ order.number }} at {{ store.name }} failed",
    text: `Your order {{ order.number }} over {{ order.total | money }} could not be paid, so we have charged nothing.

We keep your items for a short while: choose another way to pay, or try again.${link}${question}`,
    html: `<h1>The payment failed</h1><p>Your order {{ order.number }} over {{ order.total | money }} could not be paid, so we have charged nothing.</p><p>We keep your items for a short while: choose another way to pay, or try again.</p>${orderButton}${questionHtml}`
  },
  "order-shipped": {
    subject: "Your order {{ order.number }} is on its way",
    text: `Your order {{ order.number }} has left us.{% if tracking %}

{% if tracking.carrier %}{{ tracking.carrier }}: {% endif %}{{ tracking.number }}{% if tracking.url %}

{{ tracking.url }}{% endif %}{% endif %}${addressText}${link}${question}`,
    html: `<h1>Your order is on its way</h1><p>Your order {{ order.number }} has left us.</p>{% if tracking %}<p>{% if tracking.carrier %}{{ tracking.carrier }}: {% endif %}{{ tracking.number }}</p>{% if tracking.url %}<p><a class="button" href="{{ tracking.url }}">Follow the parcel</a></p>{% endif %}{% endif %}${addressHtml}${orderButton}${questionHtml}`
  },
  "order-delivered": {
    subject: "Your order {{ order.number }} has arrived",
    text: `Your order {{ order.number }} was delivered. We hope that you like it.${link}${question}`,
    html: `<h1>Your order has arrived</h1><p>Your order {{ order.number }} was delivered. We hope that you like it.</p>${orderButton}${questionHtml}`
  },
  "order-cancelled": {
    subject: "Your order {{ order.number }} at {{ store.name }} is cancelled",
    text: `Your order {{ order.number }} over {{ order.total | money }} is cancelled.{% if order.isPaid %} We give back what you have paid; we tell you when it is on its way.{% else %} You have paid nothing.{% endif %}${question}`,
    html: `<h1>Your order is cancelled</h1><p>Your order {{ order.number }} over {{ order.total | money }} is cancelled.{% if order.isPaid %} We give back what you have paid; we tell you when it is on its way.{% else %} You have paid nothing.{% endif %}</p>${questionHtml}`
  },
  "order-refunded": {
    subject:
      "{{ amount | money }} of your order {{ order.number }} are {% if creditedTo and creditedTo != 'outside' %}yours to spend{% else %}on their way back{% endif %}",
    text: `We have given back {{ amount | money }} of your order {{ order.number }}${givenBackAs}${link}${question}`,
    html: `<h1>{% if creditedTo and creditedTo != 'outside' %}You have credit with us{% else %}Your money is on its way{% endif %}</h1><p>We have given back {{ amount | money }} of your order {{ order.number }}${givenBackAs}</p>${orderButton}${questionHtml}`
  },
  "claim-decided": {
    subject: "About your claim for order {{ order.number }} at {{ store.name }}",
    text: `${claimDecided}{% if answer %}

{{ answer }}{% endif %}${link}${question}`,
    html: `<h1>About your claim</h1><p>${claimDecided}</p>{% if answer %}<p style="white-space:pre-line">{{ answer }}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "exchange-due": {
    subject: "{{ due | money }} are missing for your exchange at {{ store.name }}",
    text: `What you have sent back is here, and pays for a part of what you have chosen instead. {{ due | money }} are missing: pay them for your order {{ order.number }}, and it is on its way.${link}${question}`,
    html: `<h1>Your exchange is almost done</h1><p>What you have sent back is here, and pays for a part of what you have chosen instead. {{ due | money }} are missing: pay them for your order {{ order.number }}, and it is on its way.</p>${orderButton}${questionHtml}`
  },
  "order-lines-cancelled": {
    subject: "A part of your order {{ order.number }} at {{ store.name }} is cancelled",
    text: `These are cancelled and no part of your order {{ order.number }} any more:

{% for line in lines %}{{ line.quantity }} x {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}{% if amount.amount > 0 %}
We give back {{ amount | money }}; we tell you when it is on its way.{% endif %}{% if waits.amount > 0 %}
${waiting}{% endif %}${link}${question}`,
    html: `<h1>A part of your order is cancelled</h1><p>These are no part of your order {{ order.number }} any more:</p><p>{% for line in lines %}{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}<br>{% endfor %}</p>{% if amount.amount > 0 %}<p>We give back {{ amount | money }}; we tell you when it is on its way.</p>{% endif %}{% if waits.amount > 0 %}<p>${waiting}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-edited": {
    subject: "Your order {{ order.number }} at {{ store.name }} was changed",
    text: `We have changed your order {{ order.number }}.
{% if added.size > 0 %}
New in it:

{% for line in added %}${named}
{% endfor %}{% endif %}{% if lines.size > 0 %}
No longer in it:

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if moved %}${addressText}
{% endif %}${settledText}${link}${question}`,
    html: `<h1>Your order was changed</h1>{% if added.size > 0 %}<p>New in your order {{ order.number }}:</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if lines.size > 0 %}<p>No longer in your order {{ order.number }}:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if moved %}${addressHtml}{% endif %}<p>${settledText}</p>${orderButton}${questionHtml}`
  },
  "downloads-ready": {
    subject: "Your files of order {{ order.number }} at {{ store.name }}",
    text: `You can download what you have bought with your order {{ order.number }}:

{% for file in files %}{{ file.name }}{% if file.until %}, until {{ file.until | date: "%-d %B %Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}once{% else %}{{ file.times }} times{% endif %}){% endif %}
{% endfor %}{% if order.url %}
Download it at your order:

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Your files are ready</h1><p>You can download what you have bought with your order {{ order.number }}:</p><p>{% for file in files %}{{ file.name }}{% if file.until %}, until {{ file.until | date: "%-d %B %Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}once{% else %}{{ file.times }} times{% endif %}){% endif %}<br>{% endfor %}</p>${button("Download")}${questionHtml}`
  },
  "license-keys": {
    subject: "Your license keys of order {{ order.number }} at {{ store.name }}",
    text: `These are the license keys that you have bought with your order {{ order.number }}:

{% for license in keys %}{{ license.title }}: {{ license.key }}
{% endfor %}{% if more > 0 %}and {{ more }} more, which stand at your order.
{% endif %}{% if order.url %}
All of them stand at your order:

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Your license keys</h1><p>These are the license keys that you have bought with your order {{ order.number }}:</p><p>{% for license in keys %}{{ license.title }}: <strong>{{ license.key }}</strong><br>{% endfor %}</p>{% if more > 0 %}<p>and {{ more }} more, which stand at your order.</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-note": {
    subject: "A message about your order {{ order.number }} at {{ store.name }}",
    text: `{{ note }}

This is about your order {{ order.number }}.${link}${question}`,
    html: `<h1>About your order {{ order.number }}</h1><p style="white-space:pre-line">{{ note }}</p>${orderButton}${questionHtml}`
  },
  "invoice": {
    subject: "Invoice {{ number }} of {{ store.name }}",
    text: `The invoice {{ number }} of your order {{ order.number }} is attached.${question}`
  },
  "credit-note": {
    subject: "Credit note {{ number }} of {{ store.name }}",
    text: `The credit note {{ number }} of your order {{ order.number }} is attached.${question}`
  },
  "return-label": {
    subject: "Send it back: your return of order {{ order.number }}",
    text: `We have approved your return of order {{ order.number }}.

{% if attached %}The label is attached. Print it, put it on the parcel, and hand that to the carrier.{% else %}There is a label for it at your order: print it, put it on the parcel, and hand that to the carrier.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}${link}${question}`,
    html: `<h1>Your return is approved</h1><p>We have approved your return of order {{ order.number }}.</p><p>{% if attached %}The label is attached. Print it, put it on the parcel, and hand that to the carrier.{% else %}There is a label for it at your order: print it, put it on the parcel, and hand that to the carrier.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}</p>${orderButton}${questionHtml}`
  },
  "vendor-order": {
    subject: "New order {{ order.number }} at {{ store.name }}",
    text: `An order has come in with goods of yours.
{% if lines.size > 0 %}
These goods of yours were ordered, and are yours to send:

{% for line in lines %}{{ line.quantity }} x {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}{% endif %}{% if supplied.size > 0 %}
These goods of yours are in bundles that others send:

{% for line in supplied %}{{ line.quantity }} x {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}{% endif %}`,
    html: `<h1>New order {{ order.number }}</h1><p>An order has come in with goods of yours.</p>{% if lines.size > 0 %}<p>These goods of yours were ordered, and are yours to send:</p><p>{% for line in lines %}{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}<br>{% endfor %}</p>{% endif %}{% if supplied.size > 0 %}<p>These goods of yours are in bundles that others send:</p><p>{% for line in supplied %}{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}<br>{% endfor %}</p>{% endif %}`
  },
  "vendor-order-changed": {
    subject: "Changed: order {{ order.number }} at {{ store.name }}",
    text: `Goods of yours in an order were changed. What was not sent yet is to be sent as it is now.
{% if added.size > 0 %}
These pieces have come in:

{% for line in added %}{{ line.quantity }} x {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}{% endif %}{% if removed.size > 0 %}
These pieces are out, and are not to be sent:

{% for line in removed %}{{ line.quantity }} x {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}{% endif %}`,
    html: `<h1>Order {{ order.number }} was changed</h1><p>Goods of yours in an order were changed. What was not sent yet is to be sent as it is now.</p>{% if added.size > 0 %}<p>These pieces have come in:</p><p>{% for line in added %}{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}<br>{% endfor %}</p>{% endif %}{% if removed.size > 0 %}<p>These pieces are out, and are not to be sent:</p><p>{% for line in removed %}{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}<br>{% endfor %}</p>{% endif %}`
  },
  "report": {
    subject: "{{ report }} of {{ store.name }}",
    text: `{% if attached %}The report {{ report }} is attached.{% else %}The report {{ report }} is too large for a mail. Fetch it from the reports of {{ store.name }} before it is thrown away on {{ keptUntil | date: "%-d %B %Y" }}.{% endif %}`
  },
  "report-failed": {
    subject: "{% if recipient %}{{ report }} was not sent to {{ recipient }}{% else %}{{ report }} could not be made{% endif %}",
    text: `{% if recipient %}The report {{ report }} was not sent to {{ recipient }}: their role needs a second factor, and they have none yet.{% else %}The report {{ report }} was due and could not be made{% if reason %}: {{ reason }}{% endif %}. It is tried again at its next time.{% endif %}`
  },
  "license-keys-low": {
    subject: "{% if free == 0 %}No license keys are left for {{ title }}{% else %}License keys for {{ title }} are running low{% endif %}",
    text: `{% if free == 0 %}No license keys are left for {{ title }}.{% else %}{{ free }} license {% if free == 1 %}key is{% else %}keys are{% endif %} left for {{ title }}.{% endif %}{% if waiting > 0 %} {{ waiting }} paid {% if waiting == 1 %}piece waits{% else %}pieces wait{% endif %} for one, and {% if waiting == 1 %}gets it{% else %}get theirs{% endif %} as soon as more are imported.{% endif %}`
  },
  "stock-low": {
    subject: "{{ title }} is running low",
    text: `{{ title }}{% if sku %} ({{ sku }}){% endif %} at {{ location }} has {{ available }} left. You are told at {{ threshold }}.`
  }
} as const satisfies Templates
