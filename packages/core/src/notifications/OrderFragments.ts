/**
 * What messages about orders are put together from, in any language.
 */

/** The words of a language in the parts that messages share. */
export interface OrderWords {
  readonly shipping: string
  readonly tax: string
  readonly taxContained: string
  readonly total: string
  /** What stands before the address. */
  readonly goesTo: string
  readonly seeOrder: string
  /** Where to ask, with `{{ contact }}`. */
  readonly question: string
  /** What stands between a word and the amount after it. */
  readonly colon?: string
}

/** One line of goods, in a text and in HTML. */
export const named = `{{ line.quantity }} x {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}`
export const namedHtml = `{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}`

/** The address of the order's page, alone in a text. */
export const link = `{% if order.url %}

{{ order.url }}{% endif %}`

export const button = (label: string, url = "order.url"): string =>
  `{% if ${url} %}<p><a class="button" href="{{ ${url} }}">${label}</a></p>{% endif %}`

/** What is said once, as a paragraph of a text and of HTML. */
export const questions = (words: string) => ({
  question: `{% if contact %}

${words}{% endif %}`,
  questionHtml: `{% if contact %}<p class="quiet">${words}</p>{% endif %}`
})

/** The parts that messages of a language share. */
export const fragments = ({ colon = ":", goesTo, question, seeOrder, shipping, tax, taxContained, total }: OrderWords) => ({
  itemsText: `{% for line in order.lines %}${named}${colon} {{ line.total | money }}
{% endfor %}{% if order.shippingParts.size > 0 %}{% for part in order.shippingParts %}${shipping} ({{ part.name }})${colon} {{ part.total | money }}
{% endfor %}{% elsif order.shippingTotal %}${shipping}{% if order.shippingName %} ({{ order.shippingName }}){% endif %}${colon} {{ order.shippingTotal | money }}
{% endif %}{% if order.tax %}{% if order.pricesIncludeTax %}${taxContained}{% else %}${tax}{% endif %}${colon} {{ order.tax | money }}
{% endif %}${total}${colon} {{ order.total | money }}`,
  itemsHtml: `<table role="presentation" class="items"><tbody>
{% for line in order.lines %}<tr><td>{{ line.quantity }} × {{ line.title }}{% if line.variantTitle %}<br><span class="quiet">{{ line.variantTitle }}</span>{% endif %}</td><td>{{ line.total | money }}</td></tr>
{% endfor %}{% if order.shippingParts.size > 0 %}{% for part in order.shippingParts %}<tr><td>${shipping}<br><span class="quiet">{{ part.name }}</span></td><td>{{ part.total | money }}</td></tr>
{% endfor %}{% elsif order.shippingTotal %}<tr><td>${shipping}{% if order.shippingName %}<br><span class="quiet">{{ order.shippingName }}</span>{% endif %}</td><td>{{ order.shippingTotal | money }}</td></tr>
{% endif %}{% if order.tax %}<tr><td>{% if order.pricesIncludeTax %}${taxContained}{% else %}${tax}{% endif %}</td><td>{{ order.tax | money }}</td></tr>
{% endif %}<tr class="total"><td>${total}</td><td>{{ order.total | money }}</td></tr></tbody></table>`,
  addressText: `{% if order.address.size > 0 %}

${goesTo}

{% for line in order.address %}{{ line }}
{% endfor %}{% endif %}`,
  addressHtml:
    `{% if order.address.size > 0 %}<p>${goesTo}</p><p>{% for line in order.address %}{{ line }}<br>{% endfor %}</p>{% endif %}`,
  orderButton: button(seeOrder),
  ...questions(question)
})
