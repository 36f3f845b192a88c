import type { Templates } from "./Template.ts"

/** What customers are written besides their orders. */
export const english = {
  "welcome": {
    subject: "Welcome to {{ store.name }}",
    text: `{% if name %}Hello {{ name }},

{% endif %}your account at {{ store.name }} is ready. In it you find your orders and your addresses, and you choose what we write to you.{% if url %}

{{ url }}{% endif %}{% if contact %}

Questions? Write to {{ contact }}.{% endif %}`,
    html: `<h1>Welcome{% if name %}, {{ name }}{% endif %}</h1><p>Your account at {{ store.name }} is ready. In it you find your orders and your addresses, and you choose what we write to you.</p>{% if url %}<p><a class="button" href="{{ url }}">Go to the shop</a></p>{% endif %}{% if contact %}<p class="quiet">Questions? Write to {{ contact }}.</p>{% endif %}`
  },
  "back-in-stock": {
    subject: "{{ title }} is there again",
    text: `You asked us to tell you: {{ title }} is in stock again at {{ store.name }}. We cannot hold it for you, so do not wait too long.{% if url %}

{{ url }}{% endif %}`,
    html: `<h1>It is there again</h1><p>You asked us to tell you: {{ title }} is in stock again at {{ store.name }}. We cannot hold it for you, so do not wait too long.</p>{% if url %}<p><a class="button" href="{{ url }}">See it</a></p>{% endif %}`
  },
  "abandoned-cart": {
    subject: "You left something in your cart at {{ store.name }}",
    text: `Your cart at {{ store.name }} still holds:

{% for item in items %}{{ item.quantity }} x {{ item.title }}
{% endfor %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>You left something in your cart</h1><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.quantity }} ×</td></tr>{% endfor %}</tbody></table>{% if url %}<p><a class="button" href="{{ url }}">Go to your cart</a></p>{% endif %}`
  },
  "price-drop": {
    subject: "{% if items.size == 1 %}{{ items[0].title }} costs less now{% else %}Your wishes cost less now{% endif %}",
    text: `On your wish list at {{ store.name }}, this has become cheaper:

{% for item in items %}{{ item.title }}: {{ item.price | money }} (before: {{ item.before | money }})
{% endfor %}{% if more > 0 %}And {{ more }} more.
{% endif %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>It costs less now</h1><p>On your wish list at {{ store.name }}, this has become cheaper:</p><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.price | money }}<br><span class="quiet"><s>{{ item.before | money }}</s></span></td></tr>{% endfor %}</tbody></table>{% if more > 0 %}<p>And {{ more }} more.</p>{% endif %}{% if url %}<p><a class="button" href="{{ url }}">Go to your wish list</a></p>{% endif %}`
  },
  "review-request": {
    subject: "How do you like what you bought at {{ store.name }}?",
    text: `Your order {{ order.number }} arrived some days ago:

{% for line in order.lines %}{{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}
Tell others what you think of it.{% if order.url %}

{{ order.url }}{% endif %}`,
    html: `<h1>How do you like it?</h1><p>Your order {{ order.number }} arrived some days ago:</p><table role="presentation" class="items"><tbody>{% for line in order.lines %}<tr><td>{{ line.title }}{% if line.variantTitle %}<br><span class="quiet">{{ line.variantTitle }}</span>{% endif %}</td></tr>{% endfor %}</tbody></table><p>Tell others what you think of it.</p>{% if order.url %}<p><a class="button" href="{{ order.url }}">Write a review</a></p>{% endif %}`
  }
} as const satisfies Templates
