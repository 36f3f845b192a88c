import type { Templates } from "./Template.ts"

const ignore = "If this was not you, you need do nothing: nobody gets in without this message."

/** The templates that the engine ships, which every shop falls back on. */
export const english = {
  // what stands below the messages that people can do without
  "unsubscribe": {
    subject: "No more of these messages",
    text: `{{ store.name }} sends you this because you agreed to it or asked for it. To get no more messages of this kind, open this page:

{{ unsubscribe }}`,
    html: `<p>{{ store.name }} sends you this because you agreed to it or asked for it. <a href="{{ unsubscribe }}">No more messages of this kind</a></p>`
  },
  "gift-card": {
    subject: "A gift card for {{ store.name }}",
    text: `{% if name %}{{ name }},

{% endif %}{% if message %}{{ message }}

{% endif %}This gift card is worth {{ amount | money }} at {{ store.name }}{% if expires %} until {{ expires | date: "%-d %B %Y" }}{% endif %}. Its code is:

{{ code }}

Whoever has the code can spend it, so keep it like money.`
  },
  "sign-in-code": {
    subject: "{{ code }} is your code for {{ store.name }}",
    text: `Your code to sign in to {{ store.name }}:

{{ code }}

{% if link %}Or open this page and press the button there:

{{ link }}

{% endif %}The code is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %} and for one use. Nobody from {{ store.name }} will ever ask you for it.

${ignore}`,
    sms: "{{ code }} is your code for {{ store.name }}. It is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %}. Give it to nobody."
  },
  "confirm-registration": {
    subject: "{{ code }} confirms your address at {{ store.name }}",
    text: `Welcome to {{ store.name }}. This code confirms that the address is yours:

{{ code }}

{% if link %}Or open this page and press the button there:

{{ link }}

{% endif %}The code is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %} and for one use.

If you did not register, you need do nothing: there is no account until the address is confirmed.`
  },
  "already-registered": {
    subject: "You have an account at {{ store.name }} already",
    text: `Somebody, probably you, wanted to register with this address at {{ store.name }}. It has an account already.

This code signs you in:

{{ code }}

{% if link %}Or open this page and press the button there:

{{ link }}

{% endif %}The code is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %} and for one use. A password that was typed just now was not kept.

${ignore}`
  },
  "reset-password": {
    subject: "A new password for {{ store.name }}",
    text: `Somebody, probably you, asked for a new password at {{ store.name }}. This code lets you choose one:

{{ code }}

{% if link %}Or open this page:

{{ link }}

{% endif %}The code is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %} and for one use.

If this was not you, you need do nothing: your password stays as it is.`
  },
  "confirm-email-change": {
    subject: "{{ code }} confirms your new address at {{ store.name }}",
    text: `This code confirms that your account at {{ store.name }} may move from {{ from }} to {{ to }}:

{{ code }}

The change is made once both addresses are confirmed. The code is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %} and for one use.

If you did not ask for this, do not give the code to anybody{% if old %}, and change your password{% endif %}.`
  },
  "email-changed": {
    subject: "Your address at {{ store.name }} has changed",
    text: `Your account at {{ store.name }} now belongs to {{ to }}. It belonged to {{ from }} before, and every session has ended.

If you did not do this, answer this message or call the shop at once.`
  },
  "password-changed": {
    subject: "Your password at {{ store.name }} has changed",
    text: `The password of your account at {{ store.name }} was changed{% if at %} on {{ at | date: "%-d %B %Y, %H:%M" }} UTC{% endif %}. Your other sessions have ended.

If you did not do this, ask for a new password at once.`
  },
  "second-factor-changed": {
    subject: "How you sign in to {{ store.name }} has changed",
    text: `{{ what }}

If you did not do this, ask for a new password at once and look at your sessions.`
  },
  "new-sign-in": {
    subject: "A new sign-in at {{ store.name }}",
    text: `Somebody signed in to your account at {{ store.name }} on {{ at | date: "%-d %B %Y, %H:%M" }} UTC{% if address %} from the network address {{ address }}{% endif %}{% if place %} ({{ place }}){% endif %}{% if device %} with {{ device }}{% endif %}.

If this was you, you need do nothing. If not, end the session in your account and change your password.`
  },
  "check-sign-in": {
    subject: "{{ code }} is your code for {{ store.name }}",
    text: `Somebody is signing in to your account at {{ store.name }}{% if address %} from the network address {{ address }}{% endif %}{% if place %} ({{ place }}){% endif %}{% if device %} with {{ device }}{% endif %}. It looks unlike you. This code lets them in:

{{ code }}

It is good for {% if minutes == 1 %}one minute{% else %}{{ minutes }} minutes{% endif %} and for one use. Nobody from {{ store.name }} will ever ask you for it.

If this was not you, give it to nobody, and change your password: somebody knows it.`
  },
  "webhook-disabled": {
    subject: "{{ store.name }} no longer sends webhooks to {{ url }}",
    text: `{% if reason == "gone" %}The webhook endpoint at {{ url }} answered that it is gone for good{% else %}For five days, nothing that we sent to the webhook endpoint at {{ url }} has arrived{% endif %}, so {{ store.name }} has switched it off.

Once it works again, switch it on in the administration of the shop and send again what has failed.`
  },
  "sign-in-refused": {
    subject: "We refused a sign-in at {{ store.name }}",
    text: `Somebody tried to sign in to your account at {{ store.name }} on {{ at | date: "%-d %B %Y, %H:%M" }} UTC{% if address %} from the network address {{ address }}{% endif %}{% if place %} ({{ place }}){% endif %}{% if device %} with {{ device }}{% endif %}. It looked unlike you, so we refused it.

If this was you, try again from a device that you have used before, or with a code by e-mail. If not, change your password.`
  }
} as const satisfies Templates
