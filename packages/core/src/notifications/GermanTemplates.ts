/**
 * The shipped templates in German, with the formal address.
 */
import { button, fragments, link, named, namedHtml, questions } from "./OrderFragments.ts"
import type { Templates } from "./Template.ts"

const contact = "Fragen? Schreiben Sie an {{ contact }}."
const { addressHtml, addressText, itemsHtml, itemsText, orderButton } = fragments({
  shipping: "Versand",
  tax: "Steuern",
  taxContained: "Enthaltene Steuern",
  total: "Summe",
  goesTo: "Lieferadresse:",
  seeOrder: "Bestellung ansehen",
  question: contact
})
const { question, questionHtml } = questions(contact)

const at = `{{ at | date: "%d.%m.%Y, %H:%M" }} Uhr UTC`
const where =
  "{% if address %} von der IP-Adresse {{ address }}{% endif %}{% if place %} ({{ place }}){% endif %}{% if device %} mit {{ device }}{% endif %}"
const ignore = "Falls Sie das nicht waren, müssen Sie nichts tun: Ohne diese Nachricht kommt niemand hinein."
const valid = "Der Code gilt {% if minutes == 1 %}eine Minute{% else %}{{ minutes }} Minuten{% endif %} und kann einmal verwendet werden."
const orPage = `{% if link %}Oder öffnen Sie diese Seite und drücken Sie dort auf die Schaltfläche:

{{ link }}

{% endif %}`

/** What a dispute holds of what goes back. */
const waiting = "{{ waits | money }} Ihrer Zahlung sind strittig: Wir erstatten sie, sobald Ihre Bank entschieden hat, dass sie uns zustehen."

const settled =
  `{% if open.amount > 0 %}Es sind noch {{ open | money }} zu bezahlen. Das können Sie bei Ihrer Bestellung tun.{% elsif refund.amount > 0 or waits.amount > 0 %}{% if refund.amount > 0 %}Wir erstatten Ihnen {{ refund | money }} und melden uns, sobald der Betrag unterwegs ist.{% endif %}{% if waits.amount > 0 %}{% if refund.amount > 0 %} {% endif %}${waiting}{% endif %}{% elsif order.isPaid %}Es ist nichts weiter zu bezahlen.{% else %}Sie kostet jetzt {{ order.total | money }}.{% endif %}`
const claimDecided =
  "{% if decision == 'replaced' %}Es tut uns leid, dass mit Ihrer Bestellung {{ order.number }} etwas schiefgegangen ist. Wir liefern kostenlos noch einmal.{% elsif decision == 'refunded' %}Es tut uns leid, dass mit Ihrer Bestellung {{ order.number }} etwas schiefgegangen ist. Wir erstatten Ihnen {{ amount | money }}; zurücksenden müssen Sie nichts.{% else %}Wir haben geprüft, was Sie uns zu Ihrer Bestellung {{ order.number }} geschrieben haben, und können die Reklamation leider nicht anerkennen.{% endif %}"
const givenBackAs =
  "{% if creditedTo == 'store-credit' %} als Guthaben, das Sie in unserem Shop einlösen können.{% elsif creditedTo == 'outside' %} auf anderem Weg, als Sie bezahlt haben.{% elsif creditedTo %} auf einer Geschenkkarte, deren Code Sie von uns erhalten.{% else %} auf dem Weg, auf dem Sie bezahlt haben. Bei Banken kann es bis zu zehn Tage dauern, bis Sie den Betrag sehen.{% endif %}"
const cancelled =
  "Ihre Bestellung {{ order.number }} über {{ order.total | money }} ist storniert.{% if order.isPaid %} Wir erstatten, was Sie bezahlt haben, und melden uns, sobald der Betrag unterwegs ist.{% else %} Sie haben nichts bezahlt.{% endif %}"
const exchangeDue =
  "Ihre Rücksendung ist bei uns angekommen und deckt einen Teil dessen, was Sie stattdessen gewählt haben. Es fehlen noch {{ due | money }}: Sobald Sie diesen Betrag für Ihre Bestellung {{ order.number }} bezahlt haben, geht sie auf den Weg."
const failed = "Ihre Bestellung {{ order.number }} über {{ order.total | money }} konnte nicht bezahlt werden; wir haben nichts abgebucht."
const keep = "Wir halten Ihre Artikel noch für kurze Zeit bereit: Wählen Sie eine andere Zahlungsart, oder versuchen Sie es noch einmal."
const ready = "Ihr Konto bei {{ store.name }} ist bereit. Dort finden Sie Ihre Bestellungen und Adressen und legen fest, was wir Ihnen schreiben."
const again =
  "Sie hatten uns darum gebeten: {{ title }} ist bei {{ store.name }} wieder vorrätig. Zurücklegen können wir nichts, warten Sie also nicht zu lange."

export const german = {
  "unsubscribe": {
    subject: "Keine weiteren Nachrichten dieser Art",
    text: `{{ store.name }} sendet Ihnen dies, weil Sie zugestimmt oder darum gebeten haben. Wenn Sie keine Nachrichten dieser Art mehr wünschen, öffnen Sie diese Seite:

{{ unsubscribe }}`,
    html: `<p>{{ store.name }} sendet Ihnen dies, weil Sie zugestimmt oder darum gebeten haben. <a href="{{ unsubscribe }}">Keine Nachrichten dieser Art mehr</a></p>`
  },
  "gift-card": {
    subject: "Eine Geschenkkarte für {{ store.name }}",
    text: `{% if name %}Für {{ name }}

{% endif %}{% if message %}{{ message }}

{% endif %}Diese Geschenkkarte hat einen Wert von {{ amount | money }} und gilt bei {{ store.name }}{% if expires %} bis zum {{ expires | date: "%d.%m.%Y" }}{% endif %}. Ihr Code lautet:

{{ code }}

Wer den Code hat, kann ihn einlösen. Bewahren Sie ihn wie Bargeld auf.`
  },
  "sign-in-code": {
    subject: "{{ code }} ist Ihr Code für {{ store.name }}",
    text: `Ihr Code für die Anmeldung bei {{ store.name }}:

{{ code }}

${orPage}${valid} Niemand von {{ store.name }} wird Sie jemals danach fragen.

${ignore}`,
    sms:
      "{{ code }} ist Ihr Code für {{ store.name }}. Er gilt {% if minutes == 1 %}eine Minute{% else %}{{ minutes }} Minuten{% endif %}. Geben Sie ihn niemandem."
  },
  "confirm-registration": {
    subject: "{{ code }} bestätigt Ihre Adresse bei {{ store.name }}",
    text: `Willkommen bei {{ store.name }}. Dieser Code bestätigt, dass die Adresse Ihnen gehört:

{{ code }}

${orPage}${valid}

Falls Sie sich nicht registriert haben, müssen Sie nichts tun: Ohne Bestätigung der Adresse gibt es kein Konto.`
  },
  "already-registered": {
    subject: "Sie haben bereits ein Konto bei {{ store.name }}",
    text: `Jemand, vermutlich Sie, wollte sich mit dieser Adresse bei {{ store.name }} registrieren. Zu ihr gibt es bereits ein Konto.

Mit diesem Code melden Sie sich an:

{{ code }}

${orPage}${valid} Ein soeben eingegebenes Passwort wurde nicht gespeichert.

${ignore}`
  },
  "reset-password": {
    subject: "Ein neues Passwort für {{ store.name }}",
    text: `Jemand, vermutlich Sie, hat bei {{ store.name }} ein neues Passwort angefordert. Mit diesem Code wählen Sie eines:

{{ code }}

{% if link %}Oder öffnen Sie diese Seite:

{{ link }}

{% endif %}${valid}

Falls Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.`
  },
  "confirm-email-change": {
    subject: "{{ code }} bestätigt Ihre neue Adresse bei {{ store.name }}",
    text: `Dieser Code bestätigt, dass Ihr Konto bei {{ store.name }} von {{ from }} zu {{ to }} wechseln darf:

{{ code }}

Geändert wird die Adresse, sobald beide Adressen bestätigt sind. ${valid}

Falls Sie das nicht veranlasst haben, geben Sie den Code niemandem{% if old %}, und ändern Sie Ihr Passwort{% endif %}.`
  },
  "email-changed": {
    subject: "Ihre Adresse bei {{ store.name }} wurde geändert",
    text: `Ihr Konto bei {{ store.name }} gehört jetzt zu {{ to }}. Vorher gehörte es zu {{ from }}. Alle Sitzungen wurden beendet.

Falls Sie das nicht waren, antworten Sie auf diese Nachricht, oder rufen Sie den Shop sofort an.`
  },
  "password-changed": {
    subject: "Ihr Passwort bei {{ store.name }} wurde geändert",
    text: `Das Passwort Ihres Kontos bei {{ store.name }} wurde{% if at %} am ${at}{% endif %} geändert. Ihre anderen Sitzungen wurden beendet.

Falls Sie das nicht waren, fordern Sie sofort ein neues Passwort an.`
  },
  "second-factor-changed": {
    subject: "Ihre Anmeldung bei {{ store.name }} wurde geändert",
    text: `{% case what %}{% when "A passkey was added." %}Ein Passkey wurde hinzugefügt.{% when "A passkey was removed." %}Ein Passkey wurde entfernt.{% when "An authenticator app was added." %}Eine Authenticator-App wurde hinzugefügt.{% when "The authenticator app was removed." %}Die Authenticator-App wurde entfernt.{% when "A recovery code was used to sign in." %}Ein Wiederherstellungscode wurde für die Anmeldung verwendet.{% when "New recovery codes were made; the old ones are void." %}Neue Wiederherstellungscodes wurden erstellt; die alten sind ungültig.{% else %}{{ what }}{% endcase %}

Falls Sie das nicht waren, fordern Sie sofort ein neues Passwort an, und prüfen Sie Ihre Sitzungen.`
  },
  "new-sign-in": {
    subject: "Eine neue Anmeldung bei {{ store.name }}",
    text: `Am ${at} hat sich jemand${where} bei Ihrem Konto bei {{ store.name }} angemeldet.

Falls Sie das waren, müssen Sie nichts tun. Falls nicht, beenden Sie die Sitzung in Ihrem Konto, und ändern Sie Ihr Passwort.`
  },
  "check-sign-in": {
    subject: "{{ code }} ist Ihr Code für {{ store.name }}",
    text: `Jemand meldet sich gerade${where} bei Ihrem Konto bei {{ store.name }} an. Das ist für Sie ungewöhnlich. Mit diesem Code wird die Anmeldung zugelassen:

{{ code }}

${valid} Niemand von {{ store.name }} wird Sie jemals danach fragen.

Falls Sie das nicht sind, geben Sie ihn niemandem, und ändern Sie Ihr Passwort: Jemand kennt es.`
  },
  "sign-in-refused": {
    subject: "Wir haben eine Anmeldung bei {{ store.name }} abgelehnt",
    text: `Am ${at} wollte sich jemand${where} bei Ihrem Konto bei {{ store.name }} anmelden. Das war für Sie ungewöhnlich, deshalb haben wir die Anmeldung abgelehnt.

Falls Sie das waren, versuchen Sie es von einem Gerät, das Sie schon einmal verwendet haben, oder mit einem Code per E-Mail. Falls nicht, ändern Sie Ihr Passwort.`
  },
  "webhook-disabled": {
    subject: "{{ store.name }} sendet keine Webhooks mehr an {{ url }}",
    text: `{% if reason == "gone" %}Der Webhook-Endpunkt {{ url }} hat geantwortet, dass es ihn nicht mehr gibt{% else %}Seit fünf Tagen ist nichts von dem angekommen, was wir an den Webhook-Endpunkt {{ url }} gesendet haben{% endif %}. {{ store.name }} hat ihn deshalb abgeschaltet.

Sobald er wieder funktioniert, schalten Sie ihn in der Verwaltung des Shops ein, und senden Sie erneut, was fehlgeschlagen ist.`
  },
  "welcome": {
    subject: "Willkommen bei {{ store.name }}",
    text: `{% if name %}Guten Tag {{ name }},

{% endif %}${ready}{% if url %}

{{ url }}{% endif %}${question}`,
    html: `<h1>Willkommen{% if name %}, {{ name }}{% endif %}</h1><p>${ready}</p>${button("Zum Shop", "url")}${questionHtml}`
  },
  "back-in-stock": {
    subject: "{{ title }} ist wieder da",
    text: `${again}{% if url %}

{{ url }}{% endif %}`,
    html: `<h1>Wieder da</h1><p>${again}</p>${button("Ansehen", "url")}`
  },
  "abandoned-cart": {
    subject: "In Ihrem Warenkorb bei {{ store.name }} liegt noch etwas",
    text: `In Ihrem Warenkorb bei {{ store.name }} {% if items.size == 1 %}liegt noch dieser Artikel{% else %}liegen noch diese Artikel{% endif %}:

{% for item in items %}{{ item.quantity }} x {{ item.title }}
{% endfor %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>In Ihrem Warenkorb liegt noch etwas</h1><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.quantity }} ×</td></tr>{% endfor %}</tbody></table>${button("Zum Warenkorb", "url")}`
  },
  "price-drop": {
    subject: "{% if items.size == 1 %}{{ items[0].title }} kostet jetzt weniger{% else %}Ihre Wünsche kosten jetzt weniger{% endif %}",
    text: `Auf Ihrer Wunschliste bei {{ store.name }} ist günstiger geworden:

{% for item in items %}{{ item.title }}: {{ item.price | money }} (vorher: {{ item.before | money }})
{% endfor %}{% if more > 0 %}Und {{ more }} weitere.
{% endif %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>Jetzt günstiger</h1><p>Auf Ihrer Wunschliste bei {{ store.name }} ist günstiger geworden:</p><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.price | money }}<br><span class="quiet"><s>{{ item.before | money }}</s></span></td></tr>{% endfor %}</tbody></table>{% if more > 0 %}<p>Und {{ more }} weitere.</p>{% endif %}${button("Zur Wunschliste", "url")}`
  },
  "review-request": {
    subject: "Wie gefällt Ihnen, was Sie bei {{ store.name }} gekauft haben?",
    text: `Ihre Bestellung {{ order.number }} ist vor einigen Tagen angekommen:

{% for line in order.lines %}{{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}
Sagen Sie anderen, was Sie davon halten.${link}`,
    html: `<h1>Wie gefällt es Ihnen?</h1><p>Ihre Bestellung {{ order.number }} ist vor einigen Tagen angekommen:</p><table role="presentation" class="items"><tbody>{% for line in order.lines %}<tr><td>{{ line.title }}{% if line.variantTitle %}<br><span class="quiet">{{ line.variantTitle }}</span>{% endif %}</td></tr>{% endfor %}</tbody></table><p>Sagen Sie anderen, was Sie davon halten.</p>${button("Bewertung schreiben")}`
  },
  "order-confirmation": {
    subject: "Ihre Bestellung {{ order.number }} bei {{ store.name }}",
    text: `Vielen Dank für Ihre Bestellung {{ order.number }}.{% unless order.isPaid %} Sie wird wie vereinbart bezahlt.{% endunless %}

${itemsText}${addressText}${link}${question}`,
    html: `<h1>Vielen Dank für Ihre Bestellung {{ order.number }}</h1>{% unless order.isPaid %}<p>Sie wird wie vereinbart bezahlt.</p>{% endunless %}${itemsHtml}${addressHtml}${orderButton}${questionHtml}`
  },
  "draft-order": {
    subject: "Ihre Bestellung bei {{ store.name }} kann bezahlt werden",
    text: `Wir haben Ihre Bestellung zusammengestellt.{% if until %} Sie können sie bis zum {{ until | date: "%d.%m.%Y" }} bezahlen.{% endif %}{% if message %}

{{ message }}{% endif %}

${itemsText}${addressText}

Hier können Sie sie ansehen und bezahlen:

{{ url }}${question}`,
    html: `<h1>Ihre Bestellung kann bezahlt werden</h1><p>Wir haben Ihre Bestellung zusammengestellt.{% if until %} Sie können sie bis zum {{ until | date: "%d.%m.%Y" }} bezahlen.{% endif %}</p>{% if message %}<p style="white-space:pre-line">{{ message }}</p>{% endif %}${itemsHtml}${addressHtml}<p><a class="button" href="{{ url }}">Ansehen und bezahlen</a></p>${questionHtml}`
  },
  "payment-failed": {
    subject: "Die Zahlung Ihrer Bestellung {{ order.number }} bei {{ store.name }} ist fehlgeschlagen",
    text: `${failed}

${keep}${link}${question}`,
    html: `<h1>Die Zahlung ist fehlgeschlagen</h1><p>${failed}</p><p>${keep}</p>${orderButton}${questionHtml}`
  },
  "order-shipped": {
    subject: "Ihre Bestellung {{ order.number }} ist unterwegs",
    text: `Ihre Bestellung {{ order.number }} hat unser Haus verlassen.{% if tracking %}

{% if tracking.carrier %}{{ tracking.carrier }}: {% endif %}{{ tracking.number }}{% if tracking.url %}

{{ tracking.url }}{% endif %}{% endif %}${addressText}${link}${question}`,
    html: `<h1>Ihre Bestellung ist unterwegs</h1><p>Ihre Bestellung {{ order.number }} hat unser Haus verlassen.</p>{% if tracking %}<p>{% if tracking.carrier %}{{ tracking.carrier }}: {% endif %}{{ tracking.number }}</p>${button("Sendung verfolgen", "tracking.url")}{% endif %}${addressHtml}${orderButton}${questionHtml}`
  },
  "order-delivered": {
    subject: "Ihre Bestellung {{ order.number }} ist angekommen",
    text: `Ihre Bestellung {{ order.number }} wurde zugestellt. Wir hoffen, dass sie Ihnen gefällt.${link}${question}`,
    html: `<h1>Ihre Bestellung ist angekommen</h1><p>Ihre Bestellung {{ order.number }} wurde zugestellt. Wir hoffen, dass sie Ihnen gefällt.</p>${orderButton}${questionHtml}`
  },
  "order-cancelled": {
    subject: "Ihre Bestellung {{ order.number }} bei {{ store.name }} ist storniert",
    text: `${cancelled}${question}`,
    html: `<h1>Ihre Bestellung ist storniert</h1><p>${cancelled}</p>${questionHtml}`
  },
  "order-refunded": {
    subject:
      "{% if creditedTo and creditedTo != 'outside' %}Guthaben: {{ amount | money }} aus Ihrer Bestellung {{ order.number }}{% else %}Erstattung: {{ amount | money }} aus Ihrer Bestellung {{ order.number }}{% endif %}",
    text: `Wir haben Ihnen {{ amount | money }} aus Ihrer Bestellung {{ order.number }} erstattet:${givenBackAs}${link}${question}`,
    html: `<h1>{% if creditedTo and creditedTo != 'outside' %}Sie haben ein Guthaben bei uns{% else %}Ihr Geld ist unterwegs{% endif %}</h1><p>Wir haben Ihnen {{ amount | money }} aus Ihrer Bestellung {{ order.number }} erstattet:${givenBackAs}</p>${orderButton}${questionHtml}`
  },
  "claim-decided": {
    subject: "Zu Ihrer Reklamation der Bestellung {{ order.number }} bei {{ store.name }}",
    text: `${claimDecided}{% if answer %}

{{ answer }}{% endif %}${link}${question}`,
    html: `<h1>Zu Ihrer Reklamation</h1><p>${claimDecided}</p>{% if answer %}<p style="white-space:pre-line">{{ answer }}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "exchange-due": {
    subject: "Für Ihren Umtausch bei {{ store.name }} fehlen noch {{ due | money }}",
    text: `${exchangeDue}${link}${question}`,
    html: `<h1>Ihr Umtausch ist fast abgeschlossen</h1><p>${exchangeDue}</p>${orderButton}${questionHtml}`
  },
  "order-lines-cancelled": {
    subject: "Ein Teil Ihrer Bestellung {{ order.number }} bei {{ store.name }} ist storniert",
    text: `Folgendes ist storniert und nicht mehr Teil Ihrer Bestellung {{ order.number }}:

{% for line in lines %}${named}
{% endfor %}{% if amount.amount > 0 %}
Wir erstatten Ihnen {{ amount | money }} und melden uns, sobald der Betrag unterwegs ist.{% endif %}{% if waits.amount > 0 %}
${waiting}{% endif %}${link}${question}`,
    html: `<h1>Ein Teil Ihrer Bestellung ist storniert</h1><p>Folgendes ist nicht mehr Teil Ihrer Bestellung {{ order.number }}:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% if amount.amount > 0 %}<p>Wir erstatten Ihnen {{ amount | money }} und melden uns, sobald der Betrag unterwegs ist.</p>{% endif %}{% if waits.amount > 0 %}<p>${waiting}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-edited": {
    subject: "Ihre Bestellung {{ order.number }} bei {{ store.name }} wurde geändert",
    text: `Wir haben Ihre Bestellung {{ order.number }} geändert.
{% if added.size > 0 %}
Neu dabei:

{% for line in added %}${named}
{% endfor %}{% endif %}{% if lines.size > 0 %}
Nicht mehr dabei:

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if moved %}${addressText}
{% endif %}${settled}${link}${question}`,
    html: `<h1>Ihre Bestellung wurde geändert</h1>{% if added.size > 0 %}<p>Neu in Ihrer Bestellung {{ order.number }}:</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if lines.size > 0 %}<p>Nicht mehr in Ihrer Bestellung {{ order.number }}:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if moved %}${addressHtml}{% endif %}<p>${settled}</p>${orderButton}${questionHtml}`
  },
  "downloads-ready": {
    subject: "Ihre Dateien zur Bestellung {{ order.number }} bei {{ store.name }}",
    text: `Sie können herunterladen, was Sie mit Ihrer Bestellung {{ order.number }} gekauft haben:

{% for file in files %}{{ file.name }}{% if file.until %}, bis zum {{ file.until | date: "%d.%m.%Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}einmal{% else %}{{ file.times }}-mal{% endif %}){% endif %}
{% endfor %}{% if order.url %}
Herunterladen können Sie es bei Ihrer Bestellung:

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Ihre Dateien stehen bereit</h1><p>Sie können herunterladen, was Sie mit Ihrer Bestellung {{ order.number }} gekauft haben:</p><p>{% for file in files %}{{ file.name }}{% if file.until %}, bis zum {{ file.until | date: "%d.%m.%Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}einmal{% else %}{{ file.times }}-mal{% endif %}){% endif %}<br>{% endfor %}</p>${button("Herunterladen")}${questionHtml}`
  },
  "license-keys": {
    subject: "Ihre Lizenzschlüssel zur Bestellung {{ order.number }} bei {{ store.name }}",
    text: `Das sind die Lizenzschlüssel, die Sie mit Ihrer Bestellung {{ order.number }} gekauft haben:

{% for license in keys %}{{ license.title }}: {{ license.key }}
{% endfor %}{% if more > 0 %}und {{ more }} weitere, die bei Ihrer Bestellung stehen.
{% endif %}{% if order.url %}
Alle stehen bei Ihrer Bestellung:

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Ihre Lizenzschlüssel</h1><p>Das sind die Lizenzschlüssel, die Sie mit Ihrer Bestellung {{ order.number }} gekauft haben:</p><p>{% for license in keys %}{{ license.title }}: <strong>{{ license.key }}</strong><br>{% endfor %}</p>{% if more > 0 %}<p>und {{ more }} weitere, die bei Ihrer Bestellung stehen.</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-note": {
    subject: "Eine Nachricht zu Ihrer Bestellung {{ order.number }} bei {{ store.name }}",
    text: `{{ note }}

Es geht um Ihre Bestellung {{ order.number }}.${link}${question}`,
    html: `<h1>Zu Ihrer Bestellung {{ order.number }}</h1><p style="white-space:pre-line">{{ note }}</p>${orderButton}${questionHtml}`
  },
  "invoice": {
    subject: "Rechnung {{ number }} von {{ store.name }}",
    text: `Im Anhang finden Sie die Rechnung {{ number }} zu Ihrer Bestellung {{ order.number }}.${question}`
  },
  "credit-note": {
    subject: "Gutschrift {{ number }} von {{ store.name }}",
    text: `Im Anhang finden Sie die Gutschrift {{ number }} zu Ihrer Bestellung {{ order.number }}.${question}`
  },
  "return-label": {
    subject: "Ihre Rücksendung zur Bestellung {{ order.number }}",
    text: `Wir haben Ihre Rücksendung zur Bestellung {{ order.number }} genehmigt.

{% if attached %}Das Etikett liegt bei. Drucken Sie es aus, kleben Sie es auf das Paket, und geben Sie dieses ab.{% else %}Das Etikett finden Sie bei Ihrer Bestellung: Drucken Sie es aus, kleben Sie es auf das Paket, und geben Sie dieses ab.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}${link}${question}`,
    html: `<h1>Ihre Rücksendung ist genehmigt</h1><p>Wir haben Ihre Rücksendung zur Bestellung {{ order.number }} genehmigt.</p><p>{% if attached %}Das Etikett liegt bei. Drucken Sie es aus, kleben Sie es auf das Paket, und geben Sie dieses ab.{% else %}Das Etikett finden Sie bei Ihrer Bestellung: Drucken Sie es aus, kleben Sie es auf das Paket, und geben Sie dieses ab.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}</p>${orderButton}${questionHtml}`
  },
  "vendor-order": {
    subject: "Neue Bestellung {{ order.number }} bei {{ store.name }}",
    text: `Eine Bestellung mit Waren von Ihnen ist eingegangen.
{% if lines.size > 0 %}
Folgende Waren von Ihnen wurden bestellt und sind von Ihnen zu versenden:

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if supplied.size > 0 %}
Folgende Waren von Ihnen gehören zu Paketen, die andere versenden:

{% for line in supplied %}${named}
{% endfor %}{% endif %}`,
    html: `<h1>Neue Bestellung {{ order.number }}</h1><p>Eine Bestellung mit Waren von Ihnen ist eingegangen.</p>{% if lines.size > 0 %}<p>Folgende Waren von Ihnen wurden bestellt und sind von Ihnen zu versenden:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if supplied.size > 0 %}<p>Folgende Waren von Ihnen gehören zu Paketen, die andere versenden:</p><p>{% for line in supplied %}${namedHtml}<br>{% endfor %}</p>{% endif %}`
  },
  "vendor-order-changed": {
    subject: "Geändert: Bestellung {{ order.number }} bei {{ store.name }}",
    text: `In einer Bestellung haben sich Waren von Ihnen geändert. Was noch nicht versandt ist, versenden Sie bitte nach dem neuen Stand.
{% if added.size > 0 %}
Hinzugekommen sind:

{% for line in added %}${named}
{% endfor %}{% endif %}{% if removed.size > 0 %}
Entfallen sind, und nicht mehr zu versenden:

{% for line in removed %}${named}
{% endfor %}{% endif %}`,
    html: `<h1>Bestellung {{ order.number }} wurde geändert</h1><p>In einer Bestellung haben sich Waren von Ihnen geändert. Was noch nicht versandt ist, versenden Sie bitte nach dem neuen Stand.</p>{% if added.size > 0 %}<p>Hinzugekommen sind:</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if removed.size > 0 %}<p>Entfallen sind, und nicht mehr zu versenden:</p><p>{% for line in removed %}${namedHtml}<br>{% endfor %}</p>{% endif %}`
  },
  "report": {
    subject: "{{ report }} von {{ store.name }}",
    text: `{% if attached %}Der Bericht {{ report }} liegt bei.{% else %}Der Bericht {{ report }} ist für eine E-Mail zu groß. Holen Sie ihn bei den Berichten von {{ store.name }} ab, bevor er am {{ keptUntil | date: "%d.%m.%Y" }} gelöscht wird.{% endif %}`
  },
  "report-failed": {
    subject: "{% if recipient %}{{ report }} ging nicht an {{ recipient }}{% else %}{{ report }} konnte nicht erstellt werden{% endif %}",
    text: `{% if recipient %}Der Bericht {{ report }} ging nicht an {{ recipient }}: Die Rolle verlangt einen zweiten Faktor, und es ist noch keiner eingerichtet.{% else %}Der Bericht {{ report }} war fällig und konnte nicht erstellt werden{% if reason %}: {{ reason }}{% endif %}. Zum nächsten Termin wird es wieder versucht.{% endif %}`
  },
  "license-keys-low": {
    subject: "{% if free == 0 %}Für {{ title }} sind keine Lizenzschlüssel mehr da{% else %}Die Lizenzschlüssel für {{ title }} gehen zur Neige{% endif %}",
    text: `{% if free == 0 %}Für {{ title }} sind keine Lizenzschlüssel mehr da.{% elsif free == 1 %}Für {{ title }} ist noch 1 Lizenzschlüssel da.{% else %}Für {{ title }} sind noch {{ free }} Lizenzschlüssel da.{% endif %}{% if waiting == 1 %} 1 bezahltes Stück wartet auf einen Schlüssel und bekommt ihn, sobald weitere importiert sind.{% elsif waiting > 1 %} {{ waiting }} bezahlte Stücke warten auf einen Schlüssel und bekommen ihn, sobald weitere importiert sind.{% endif %}`
  },
  "stock-low": {
    subject: "{{ title }} geht zur Neige",
    text: `Von {{ title }}{% if sku %} ({{ sku }}){% endif %} {% if available == 1 %}ist noch 1 Stück{% else %}sind noch {{ available }} Stück{% endif %} am Standort {{ location }}. Gemeldet wird ab {{ threshold }}.`
  },
  "authorization-ending": {
    subject: "Ziehen Sie das Geld der Bestellung {{ order.number }} ein, bevor es zu spät ist",
    text: `{{ amount | money }} für die Bestellung {{ order.number }} sind bei {{ gateway }} bis zum ${at} reserviert und noch nicht eingezogen.

Danach verfällt die Reservierung, und eine Bestellung, die auf ihre Zahlung wartet, wird storniert.`
  },
  "authorization-expired": {
    subject: "Die Bestellung {{ order.number }} ist nicht bezahlt: Das reservierte Geld ist verfallen",
    text: `{{ amount | money }} für die Bestellung {{ order.number }}, an der Sie bereits arbeiten, waren bei {{ gateway }} bis zum ${at} reserviert und wurden nie eingezogen.

Der Betrag steht weiterhin aus. Er kann auf anderem Weg bezahlt werden.`
  },
  "gateway-misconfigured": {
    subject: "{{ store.name }} kann über {{ gateway }} kein Geld einnehmen",
    text: `{{ gateway }} nimmt die Zugangsdaten von {{ store.name }} nicht an: {{ reason }}.

Bis sie berichtigt sind, kann niemand darüber bezahlen, und keine Erstattung geht hinaus. Was wartet, läuft danach von selbst weiter.`
  },
  "payment-mismatched": {
    subject: "Die Bestellung {{ order.number }} wurde anders bezahlt als verlangt",
    text: `Von {{ gateway }} wurden {{ expected | money }} für die Bestellung {{ order.number }} verlangt und {{ received | money }} eingezogen.

Die Bestellung gilt nicht als bezahlt, und nichts davon geht hinaus. Erstatten Sie das Geld, oder klären Sie, was gewünscht war.`
  },
  "capture-refused": {
    subject: "Das Geld der Bestellung {{ order.number }} wartet darauf, eingezogen zu werden",
    text: `Die Bestellung {{ order.number }} ist freigegeben, aber {{ guard }} lässt nicht zu, dass {{ amount | money }} eingezogen werden: {{ reason }}.

Der Betrag bleibt eine Zeit lang bei {{ gateway }} reserviert. Ziehen Sie ihn ein, sobald nichts mehr dagegenspricht.`
  },
  "refund-refused": {
    subject: "{{ gateway }} erstattet kein Geld der Bestellung {{ order.number }}",
    text: `{{ gateway }} lehnt es ab, {{ amount | money }} der Bestellung {{ order.number }} zu erstatten: {{ reason }}.

Der Anspruch besteht weiterhin. Versuchen Sie es erneut, oder erstatten Sie den Betrag auf anderem Weg.`
  },
  "fraud-review": {
    subject: "Jemand muss sich die Bestellung {{ order.number }} ansehen",
    text: `Nach den Regeln von {{ store.name }} könnte die Bestellung {{ order.number }} Betrug sein ({{ score }} {% if score == 1 %}Punkt{% else %}Punkte{% endif %}).

Bis jemand sie freigibt oder ablehnt, wird ihr Geld nicht eingezogen, oder nichts davon geht hinaus.`
  },
  "dispute-unmatched": {
    subject: "{{ gateway }} meldet einen Zahlungsstreit, den {{ store.name }} nicht zuordnen kann",
    text: `{{ gateway }} meldet den Zahlungsstreit {{ reference }}. Er betrifft eine Zahlung, die {{ store.name }} nicht kennt, oder lautet auf eine andere Währung als sie.

Er wird nicht weiter abgefragt. Sehen Sie dort nach: Möglicherweise muss er beantwortet werden.`
  }
} as const satisfies Templates
