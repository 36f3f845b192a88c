/**
 * The shipped templates in French, with the formal address.
 */
import { button, fragments, link, named, namedHtml, questions } from "./OrderFragments.ts"
import type { Templates } from "./Template.ts"

const contact = "Une question ? Écrivez à {{ contact }}."
const { addressHtml, addressText, itemsHtml, itemsText, orderButton } = fragments({
  shipping: "Livraison",
  tax: "Taxes",
  taxContained: "Dont taxes",
  total: "Total",
  goesTo: "Adresse de livraison :",
  seeOrder: "Voir votre commande",
  question: contact,
  colon: " :"
})
const { question, questionHtml } = questions(contact)

const at = `le {{ at | date: "%d/%m/%Y à %H:%M" }} UTC`
const until = `{{ at | date: "%d/%m/%Y à %H:%M" }} UTC`
const where =
  "{% if address %} depuis l'adresse IP {{ address }}{% endif %}{% if place %} ({{ place }}){% endif %}{% if device %} avec {{ device }}{% endif %}"
const ignore = "Si vous n'êtes pas à l'origine de cette demande, vous n'avez rien à faire : personne n'entre sans ce message."
const valid = "Ce code est valable {% if minutes < 2 %}{{ minutes }} minute{% else %}{{ minutes }} minutes{% endif %} et ne sert qu'une fois."
const orPage = `{% if link %}Ou ouvrez cette page et appuyez sur le bouton :

{{ link }}

{% endif %}`

/** What a dispute holds of what goes back. */
const waiting = "{{ waits | money }} de votre paiement sont contestés : nous vous les rembourserons dès que votre banque aura décidé qu'ils nous reviennent."

const settled =
  `{% if open.amount > 0 %}Il reste {{ open | money }} à payer. Vous pouvez le faire depuis votre commande.{% elsif refund.amount > 0 or waits.amount > 0 %}{% if refund.amount > 0 %}Nous vous remboursons {{ refund | money }} et vous préviendrons dès l'envoi du remboursement.{% endif %}{% if waits.amount > 0 %}{% if refund.amount > 0 %} {% endif %}${waiting}{% endif %}{% elsif order.isPaid %}Il n'y a plus rien à payer.{% else %}Son montant est maintenant de {{ order.total | money }}.{% endif %}`
const claimDecided =
  "{% if decision == 'replaced' %}Nous sommes désolés du problème survenu avec votre commande {{ order.number }}. Nous vous la renvoyons gratuitement.{% elsif decision == 'refunded' %}Nous sommes désolés du problème survenu avec votre commande {{ order.number }}. Nous vous remboursons {{ amount | money }} ; vous n'avez rien à renvoyer.{% else %}Nous avons examiné votre message au sujet de la commande {{ order.number }} et ne pouvons pas donner suite à votre réclamation.{% endif %}"
const givenBackAs =
  "{% if creditedTo == 'store-credit' %} sous forme d'avoir, à utiliser dans notre boutique.{% elsif creditedTo == 'outside' %} par un autre moyen que votre paiement.{% elsif creditedTo %} sur une carte cadeau, dont nous vous envoyons le code.{% else %} par le moyen de votre paiement. Les banques peuvent mettre jusqu'à dix jours à l'afficher.{% endif %}"
const cancelled =
  "Votre commande {{ order.number }} de {{ order.total | money }} est annulée.{% if order.isPaid %} Nous remboursons ce que vous avez payé et vous préviendrons dès l'envoi du remboursement.{% else %} Vous n'avez rien payé.{% endif %}"
const exchangeDue =
  "Votre retour est bien arrivé et couvre une partie de ce que vous avez choisi à la place. Il manque {{ due | money }} : dès que ce montant est payé pour votre commande {{ order.number }}, nous l'expédions."
const failed = "Votre commande {{ order.number }} de {{ order.total | money }} n'a pas pu être payée ; nous n'avons rien débité."
const keep = "Nous gardons vos articles encore un court moment : choisissez un autre moyen de paiement ou réessayez."
const ready =
  "Votre compte chez {{ store.name }} est prêt. Vous y trouvez vos commandes et vos adresses, et vous y choisissez ce que nous vous écrivons."
const again =
  "Vous nous l'aviez demandé : {{ title }} est de nouveau en stock chez {{ store.name }}. Nous ne pouvons rien vous réserver, n'attendez donc pas trop."

export const french = {
  "unsubscribe": {
    subject: "Ne plus recevoir ces messages",
    text: `{{ store.name }} vous envoie ce message parce que vous l'avez accepté ou demandé. Pour ne plus recevoir de messages de ce type, ouvrez cette page :

{{ unsubscribe }}`,
    html: `<p>{{ store.name }} vous envoie ce message parce que vous l'avez accepté ou demandé. <a href="{{ unsubscribe }}">Ne plus recevoir ces messages</a></p>`
  },
  "gift-card": {
    subject: "Une carte cadeau pour {{ store.name }}",
    text: `{% if name %}{{ name }},

{% endif %}{% if message %}{{ message }}

{% endif %}Cette carte cadeau vaut {{ amount | money }} chez {{ store.name }}{% if expires %}, jusqu'au {{ expires | date: "%d/%m/%Y" }}{% endif %}. Son code :

{{ code }}

Toute personne qui a ce code peut l'utiliser : gardez-le comme de l'argent liquide.`
  },
  "sign-in-code": {
    subject: "{{ code }} est votre code pour {{ store.name }}",
    text: `Votre code pour vous connecter à {{ store.name }} :

{{ code }}

${orPage}${valid} Personne de {{ store.name }} ne vous le demandera jamais.

${ignore}`,
    sms:
      "{{ code }} est votre code pour {{ store.name }}. Il est valable {% if minutes < 2 %}{{ minutes }} minute{% else %}{{ minutes }} minutes{% endif %}. Ne le donnez à personne."
  },
  "confirm-registration": {
    subject: "{{ code }} confirme votre adresse chez {{ store.name }}",
    text: `Bienvenue chez {{ store.name }}. Ce code confirme que l'adresse est la vôtre :

{{ code }}

${orPage}${valid}

Si vous ne vous êtes pas inscrit, vous n'avez rien à faire : aucun compte n'existe tant que l'adresse n'est pas confirmée.`
  },
  "already-registered": {
    subject: "Vous avez déjà un compte chez {{ store.name }}",
    text: `Quelqu'un, sans doute vous, a voulu s'inscrire avec cette adresse chez {{ store.name }}. Elle a déjà un compte.

Ce code vous connecte :

{{ code }}

${orPage}${valid} Le mot de passe qui vient d'être saisi n'a pas été conservé.

${ignore}`
  },
  "reset-password": {
    subject: "Un nouveau mot de passe pour {{ store.name }}",
    text: `Quelqu'un, sans doute vous, a demandé un nouveau mot de passe chez {{ store.name }}. Ce code vous permet d'en choisir un :

{{ code }}

{% if link %}Ou ouvrez cette page :

{{ link }}

{% endif %}${valid}

Si vous n'êtes pas à l'origine de cette demande, vous n'avez rien à faire : votre mot de passe reste inchangé.`
  },
  "confirm-email-change": {
    subject: "{{ code }} confirme votre nouvelle adresse chez {{ store.name }}",
    text: `Ce code confirme que votre compte chez {{ store.name }} peut passer de {{ from }} à {{ to }} :

{{ code }}

Le changement a lieu dès que les deux adresses sont confirmées. ${valid}

Si vous n'avez rien demandé, ne donnez ce code à personne{% if old %} et changez votre mot de passe{% endif %}.`
  },
  "email-changed": {
    subject: "Votre adresse chez {{ store.name }} a changé",
    text: `Votre compte chez {{ store.name }} est désormais lié à {{ to }}. Il était lié à {{ from }} auparavant, et toutes les sessions sont terminées.

Si ce n'est pas vous, répondez à ce message ou appelez la boutique sans attendre.`
  },
  "password-changed": {
    subject: "Votre mot de passe chez {{ store.name }} a changé",
    text: `Le mot de passe de votre compte chez {{ store.name }} a été changé{% if at %} ${at}{% endif %}. Vos autres sessions sont terminées.

Si ce n'est pas vous, demandez un nouveau mot de passe sans attendre.`
  },
  "second-factor-changed": {
    subject: "Votre connexion à {{ store.name }} a changé",
    text: `{% case what %}{% when "A passkey was added." %}Une clé d'accès a été ajoutée.{% when "A passkey was removed." %}Une clé d'accès a été supprimée.{% when "An authenticator app was added." %}Une application d'authentification a été ajoutée.{% when "The authenticator app was removed." %}L'application d'authentification a été supprimée.{% when "A recovery code was used to sign in." %}Un code de secours a servi à se connecter.{% when "New recovery codes were made; the old ones are void." %}De nouveaux codes de secours ont été créés ; les anciens ne sont plus valables.{% else %}{{ what }}{% endcase %}

Si ce n'est pas vous, demandez un nouveau mot de passe sans attendre et vérifiez vos sessions.`
  },
  "new-sign-in": {
    subject: "Une nouvelle connexion à {{ store.name }}",
    text: `Quelqu'un s'est connecté à votre compte chez {{ store.name }} ${at}${where}.

Si c'était vous, vous n'avez rien à faire. Sinon, terminez la session dans votre compte et changez votre mot de passe.`
  },
  "check-sign-in": {
    subject: "{{ code }} est votre code pour {{ store.name }}",
    text: `Quelqu'un se connecte à votre compte chez {{ store.name }}${where}. Cette connexion est inhabituelle. Ce code autorise la connexion :

{{ code }}

${valid} Personne de {{ store.name }} ne vous le demandera jamais.

Si ce n'est pas vous, ne le donnez à personne et changez votre mot de passe : quelqu'un le connaît.`
  },
  "sign-in-refused": {
    subject: "Nous avons refusé une connexion à {{ store.name }}",
    text: `Quelqu'un a essayé de se connecter à votre compte chez {{ store.name }} ${at}${where}. Cette connexion était inhabituelle : nous l'avons donc refusée.

Si c'était vous, réessayez depuis un appareil que vous avez déjà utilisé, ou avec un code par e-mail. Sinon, changez votre mot de passe.`
  },
  "webhook-disabled": {
    subject: "{{ store.name }} n'envoie plus de webhooks à {{ url }}",
    text: `{% if reason == "gone" %}Le point d'accès {{ url }} a répondu qu'il n'existe plus{% else %}Depuis cinq jours, rien de ce que nous avons envoyé au point d'accès {{ url }} n'est arrivé{% endif %} ; {{ store.name }} l'a donc désactivé.

Dès qu'il fonctionne à nouveau, réactivez-le dans l'administration de la boutique et renvoyez ce qui a échoué.`
  },
  "welcome": {
    subject: "Bienvenue chez {{ store.name }}",
    text: `{% if name %}Bonjour {{ name }},

{% endif %}${ready}{% if url %}

{{ url }}{% endif %}${question}`,
    html: `<h1>Bienvenue{% if name %}, {{ name }}{% endif %}</h1><p>${ready}</p>${button("Aller à la boutique", "url")}${questionHtml}`
  },
  "back-in-stock": {
    subject: "{{ title }} est de retour",
    text: `${again}{% if url %}

{{ url }}{% endif %}`,
    html: `<h1>De nouveau en stock</h1><p>${again}</p>${button("Voir l'article", "url")}`
  },
  "abandoned-cart": {
    subject: "Votre panier chez {{ store.name }} vous attend",
    text: `Votre panier chez {{ store.name }} contient encore {% if items.size == 1 %}cet article{% else %}ces articles{% endif %} :

{% for item in items %}{{ item.quantity }} x {{ item.title }}
{% endfor %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>Votre panier vous attend</h1><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.quantity }} ×</td></tr>{% endfor %}</tbody></table>${button("Voir votre panier", "url")}`
  },
  "price-drop": {
    subject: "{% if items.size == 1 %}{{ items[0].title }} coûte moins cher{% else %}Vos envies coûtent moins cher{% endif %}",
    text: `Dans votre liste d'envies chez {{ store.name }}, le prix a baissé :

{% for item in items %}{{ item.title }} : {{ item.price | money }} (avant : {{ item.before | money }})
{% endfor %}{% if more > 0 %}Et {{ more }} de plus.
{% endif %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>Le prix a baissé</h1><p>Dans votre liste d'envies chez {{ store.name }}, le prix a baissé :</p><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.price | money }}<br><span class="quiet"><s>{{ item.before | money }}</s></span></td></tr>{% endfor %}</tbody></table>{% if more > 0 %}<p>Et {{ more }} de plus.</p>{% endif %}${button("Voir la liste d'envies", "url")}`
  },
  "review-request": {
    subject: "Que pensez-vous de votre achat chez {{ store.name }} ?",
    text: `Votre commande {{ order.number }} est arrivée il y a quelques jours :

{% for line in order.lines %}{{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}
Dites aux autres ce que vous en pensez.${link}`,
    html: `<h1>Qu'en pensez-vous ?</h1><p>Votre commande {{ order.number }} est arrivée il y a quelques jours :</p><table role="presentation" class="items"><tbody>{% for line in order.lines %}<tr><td>{{ line.title }}{% if line.variantTitle %}<br><span class="quiet">{{ line.variantTitle }}</span>{% endif %}</td></tr>{% endfor %}</tbody></table><p>Dites aux autres ce que vous en pensez.</p>${button("Donner votre avis")}`
  },
  "order-confirmation": {
    subject: "Votre commande {{ order.number }} chez {{ store.name }}",
    text: `Merci pour votre commande {{ order.number }}.{% unless order.isPaid %} Elle sera payée comme convenu.{% endunless %}

${itemsText}${addressText}${link}${question}`,
    html: `<h1>Merci pour votre commande {{ order.number }}</h1>{% unless order.isPaid %}<p>Elle sera payée comme convenu.</p>{% endunless %}${itemsHtml}${addressHtml}${orderButton}${questionHtml}`
  },
  "draft-order": {
    subject: "Votre commande chez {{ store.name }} est prête à être payée",
    text: `Nous avons préparé votre commande.{% if until %} Vous pouvez la payer jusqu'au {{ until | date: "%d/%m/%Y" }}.{% endif %}{% if message %}

{{ message }}{% endif %}

${itemsText}${addressText}

Vous pouvez la voir et la payer ici :

{{ url }}${question}`,
    html: `<h1>Votre commande est prête à être payée</h1><p>Nous avons préparé votre commande.{% if until %} Vous pouvez la payer jusqu'au {{ until | date: "%d/%m/%Y" }}.{% endif %}</p>{% if message %}<p style="white-space:pre-line">{{ message }}</p>{% endif %}${itemsHtml}${addressHtml}<p><a class="button" href="{{ url }}">Voir et payer</a></p>${questionHtml}`
  },
  "payment-failed": {
    subject: "Le paiement de votre commande {{ order.number }} chez {{ store.name }} a échoué",
    text: `${failed}

${keep}${link}${question}`,
    html: `<h1>Le paiement a échoué</h1><p>${failed}</p><p>${keep}</p>${orderButton}${questionHtml}`
  },
  "order-shipped": {
    subject: "Votre commande {{ order.number }} est en route",
    text: `Votre commande {{ order.number }} est partie de chez nous.{% if tracking %}

{% if tracking.carrier %}{{ tracking.carrier }} : {% endif %}{{ tracking.number }}{% if tracking.url %}

{{ tracking.url }}{% endif %}{% endif %}${addressText}${link}${question}`,
    html: `<h1>Votre commande est en route</h1><p>Votre commande {{ order.number }} est partie de chez nous.</p>{% if tracking %}<p>{% if tracking.carrier %}{{ tracking.carrier }} : {% endif %}{{ tracking.number }}</p>${button("Suivre le colis", "tracking.url")}{% endif %}${addressHtml}${orderButton}${questionHtml}`
  },
  "order-delivered": {
    subject: "Votre commande {{ order.number }} est arrivée",
    text: `Votre commande {{ order.number }} a été livrée. Nous espérons qu'elle vous plaît.${link}${question}`,
    html: `<h1>Votre commande est arrivée</h1><p>Votre commande {{ order.number }} a été livrée. Nous espérons qu'elle vous plaît.</p>${orderButton}${questionHtml}`
  },
  "order-cancelled": {
    subject: "Votre commande {{ order.number }} chez {{ store.name }} est annulée",
    text: `${cancelled}${question}`,
    html: `<h1>Votre commande est annulée</h1><p>${cancelled}</p>${questionHtml}`
  },
  "order-refunded": {
    subject:
      "{% if creditedTo and creditedTo != 'outside' %}Avoir de {{ amount | money }} pour votre commande {{ order.number }}{% else %}Remboursement de {{ amount | money }} pour votre commande {{ order.number }}{% endif %}",
    text: `Nous vous avons remboursé {{ amount | money }} de votre commande {{ order.number }}${givenBackAs}${link}${question}`,
    html: `<h1>{% if creditedTo and creditedTo != 'outside' %}Vous avez un avoir chez nous{% else %}Votre argent est en route{% endif %}</h1><p>Nous vous avons remboursé {{ amount | money }} de votre commande {{ order.number }}${givenBackAs}</p>${orderButton}${questionHtml}`
  },
  "claim-decided": {
    subject: "Votre réclamation pour la commande {{ order.number }} chez {{ store.name }}",
    text: `${claimDecided}{% if answer %}

{{ answer }}{% endif %}${link}${question}`,
    html: `<h1>Votre réclamation</h1><p>${claimDecided}</p>{% if answer %}<p style="white-space:pre-line">{{ answer }}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "exchange-due": {
    subject: "Il manque {{ due | money }} pour votre échange chez {{ store.name }}",
    text: `${exchangeDue}${link}${question}`,
    html: `<h1>Votre échange est presque terminé</h1><p>${exchangeDue}</p>${orderButton}${questionHtml}`
  },
  "order-lines-cancelled": {
    subject: "Une partie de votre commande {{ order.number }} chez {{ store.name }} est annulée",
    text: `Ces articles sont annulés et ne font plus partie de votre commande {{ order.number }} :

{% for line in lines %}${named}
{% endfor %}{% if amount.amount > 0 %}
Nous vous remboursons {{ amount | money }} et vous préviendrons dès l'envoi du remboursement.{% endif %}{% if waits.amount > 0 %}
${waiting}{% endif %}${link}${question}`,
    html: `<h1>Une partie de votre commande est annulée</h1><p>Ces articles ne font plus partie de votre commande {{ order.number }} :</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% if amount.amount > 0 %}<p>Nous vous remboursons {{ amount | money }} et vous préviendrons dès l'envoi du remboursement.</p>{% endif %}{% if waits.amount > 0 %}<p>${waiting}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-edited": {
    subject: "Votre commande {{ order.number }} chez {{ store.name }} a été modifiée",
    text: `Nous avons modifié votre commande {{ order.number }}.
{% if added.size > 0 %}
Ajouté :

{% for line in added %}${named}
{% endfor %}{% endif %}{% if lines.size > 0 %}
Retiré :

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if moved %}${addressText}
{% endif %}${settled}${link}${question}`,
    html: `<h1>Votre commande a été modifiée</h1>{% if added.size > 0 %}<p>Ajouté à votre commande {{ order.number }} :</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if lines.size > 0 %}<p>Retiré de votre commande {{ order.number }} :</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if moved %}${addressHtml}{% endif %}<p>${settled}</p>${orderButton}${questionHtml}`
  },
  "downloads-ready": {
    subject: "Vos fichiers de la commande {{ order.number }} chez {{ store.name }}",
    text: `Vous pouvez télécharger ce que vous avez acheté avec votre commande {{ order.number }} :

{% for file in files %}{{ file.name }}{% if file.until %}, jusqu'au {{ file.until | date: "%d/%m/%Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}une fois{% else %}{{ file.times }} fois{% endif %}){% endif %}
{% endfor %}{% if order.url %}
Téléchargez-les depuis votre commande :

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Vos fichiers sont prêts</h1><p>Vous pouvez télécharger ce que vous avez acheté avec votre commande {{ order.number }} :</p><p>{% for file in files %}{{ file.name }}{% if file.until %}, jusqu'au {{ file.until | date: "%d/%m/%Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}une fois{% else %}{{ file.times }} fois{% endif %}){% endif %}<br>{% endfor %}</p>${button("Télécharger")}${questionHtml}`
  },
  "license-keys": {
    subject: "Vos clés de licence de la commande {{ order.number }} chez {{ store.name }}",
    text: `Voici les clés de licence que vous avez achetées avec votre commande {{ order.number }} :

{% for license in keys %}{{ license.title }}: {{ license.key }}
{% endfor %}{% if more > 0 %}et {{ more }} de plus, que vous trouverez dans votre commande.
{% endif %}{% if order.url %}
Vous les retrouverez toutes dans votre commande :

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Vos clés de licence</h1><p>Voici les clés de licence que vous avez achetées avec votre commande {{ order.number }} :</p><p>{% for license in keys %}{{ license.title }}: <strong>{{ license.key }}</strong><br>{% endfor %}</p>{% if more > 0 %}<p>et {{ more }} de plus, que vous trouverez dans votre commande.</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-note": {
    subject: "Un message au sujet de votre commande {{ order.number }} chez {{ store.name }}",
    text: `{{ note }}

Ce message concerne votre commande {{ order.number }}.${link}${question}`,
    html: `<h1>Votre commande {{ order.number }}</h1><p style="white-space:pre-line">{{ note }}</p>${orderButton}${questionHtml}`
  },
  "invoice": {
    subject: "Facture {{ number }} de {{ store.name }}",
    text: `Vous trouverez ci-joint la facture {{ number }} de votre commande {{ order.number }}.${question}`
  },
  "credit-note": {
    subject: "Facture d'avoir {{ number }} de {{ store.name }}",
    text: `Vous trouverez ci-joint la facture d'avoir {{ number }} de votre commande {{ order.number }}.${question}`
  },
  "return-label": {
    subject: "Votre retour de la commande {{ order.number }}",
    text: `Nous avons accepté votre retour de la commande {{ order.number }}.

{% if attached %}L'étiquette est jointe. Imprimez-la, collez-la sur le colis et remettez celui-ci au transporteur.{% else %}Vous trouverez l'étiquette auprès de votre commande : imprimez-la, collez-la sur le colis et remettez celui-ci au transporteur.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}${link}${question}`,
    html: `<h1>Votre retour est accepté</h1><p>Nous avons accepté votre retour de la commande {{ order.number }}.</p><p>{% if attached %}L'étiquette est jointe. Imprimez-la, collez-la sur le colis et remettez celui-ci au transporteur.{% else %}Vous trouverez l'étiquette auprès de votre commande : imprimez-la, collez-la sur le colis et remettez celui-ci au transporteur.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}</p>${orderButton}${questionHtml}`
  },
  "vendor-order": {
    subject: "Nouvelle commande {{ order.number }} chez {{ store.name }}",
    text: `Une commande avec des articles à vous est arrivée.
{% if lines.size > 0 %}
Ces articles à vous ont été commandés, et c'est à vous de les expédier :

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if supplied.size > 0 %}
Ces articles à vous font partie de lots que d'autres expédient :

{% for line in supplied %}${named}
{% endfor %}{% endif %}`,
    html: `<h1>Nouvelle commande {{ order.number }}</h1><p>Une commande avec des articles à vous est arrivée.</p>{% if lines.size > 0 %}<p>Ces articles à vous ont été commandés, et c'est à vous de les expédier :</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if supplied.size > 0 %}<p>Ces articles à vous font partie de lots que d'autres expédient :</p><p>{% for line in supplied %}${namedHtml}<br>{% endfor %}</p>{% endif %}`
  },
  "vendor-order-changed": {
    subject: "Modifiée : commande {{ order.number }} chez {{ store.name }}",
    text: `Des articles à vous ont changé dans une commande. Ce qui n'est pas encore parti est à expédier selon le nouvel état.
{% if added.size > 0 %}
Ont été ajoutés :

{% for line in added %}${named}
{% endfor %}{% endif %}{% if removed.size > 0 %}
Ont été retirés, et ne sont plus à expédier :

{% for line in removed %}${named}
{% endfor %}{% endif %}`,
    html: `<h1>La commande {{ order.number }} a été modifiée</h1><p>Des articles à vous ont changé dans une commande. Ce qui n'est pas encore parti est à expédier selon le nouvel état.</p>{% if added.size > 0 %}<p>Ont été ajoutés :</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if removed.size > 0 %}<p>Ont été retirés, et ne sont plus à expédier :</p><p>{% for line in removed %}${namedHtml}<br>{% endfor %}</p>{% endif %}`
  },
  "report": {
    subject: "{{ report }} de {{ store.name }}",
    text: `{% if attached %}Vous trouverez ci-joint le rapport {{ report }}.{% else %}Le rapport {{ report }} est trop volumineux pour un e-mail. Téléchargez-le parmi les rapports de {{ store.name }} avant sa suppression le {{ keptUntil | date: "%d/%m/%Y" }}.{% endif %}`
  },
  "report-failed": {
    subject: "{% if recipient %}{{ report }} n'a pas été envoyé à {{ recipient }}{% else %}{{ report }} n'a pas pu être établi{% endif %}",
    text: `{% if recipient %}Le rapport {{ report }} n'a pas été envoyé à {{ recipient }} : son rôle exige un second facteur, qui n'est pas encore configuré.{% else %}Le rapport {{ report }} était prévu et n'a pas pu être établi{% if reason %} : {{ reason }}{% endif %}. Un nouvel essai aura lieu à la prochaine échéance.{% endif %}`
  },
  "license-keys-low": {
    subject: "{% if free == 0 %}Il ne reste plus de clé de licence pour {{ title }}{% else %}Il ne reste presque plus de clés de licence pour {{ title }}{% endif %}",
    text: `{% if free == 0 %}Il ne reste plus de clé de licence pour {{ title }}.{% else %}Il reste {{ free }} {% if free < 2 %}clé{% else %}clés{% endif %} de licence pour {{ title }}.{% endif %}{% if waiting == 1 %} Une pièce payée attend sa clé et la recevra dès que d'autres seront importées.{% elsif waiting > 1 %} {{ waiting }} pièces payées attendent leur clé et la recevront dès que d'autres seront importées.{% endif %}`
  },
  "stock-low": {
    subject: "Il ne reste presque plus de {{ title }}",
    text: `Il reste {{ available }} {% if available < 2 %}pièce{% else %}pièces{% endif %} de {{ title }}{% if sku %} ({{ sku }}){% endif %} à l'emplacement {{ location }}. Le seuil d'alerte est de {{ threshold }}.`
  },
  "authorization-ending": {
    subject: "Encaissez l'argent de la commande {{ order.number }} avant qu'il ne soit trop tard",
    text: `{{ amount | money }} pour la commande {{ order.number }} sont réservés chez {{ gateway }} jusqu'au ${until} et n'ont pas encore été encaissés.

Passé ce délai, la réservation est perdue, et une commande qui attend son paiement est annulée.`
  },
  "authorization-expired": {
    subject: "La commande {{ order.number }} n'est pas payée : l'argent réservé est perdu",
    text: `{{ amount | money }} pour la commande {{ order.number }}, que vous traitez déjà, étaient réservés chez {{ gateway }} jusqu'au ${until} et n'ont jamais été encaissés.

La somme reste due. Elle peut être payée par un autre moyen.`
  },
  "gateway-misconfigured": {
    subject: "{{ store.name }} ne peut pas encaisser par {{ gateway }}",
    text: `{{ gateway }} n'accepte pas les identifiants de {{ store.name }} : {{ reason }}.

Tant qu'ils ne sont pas corrigés, personne ne peut payer par ce moyen et aucun remboursement ne part. Ce qui attend reprendra ensuite de lui-même.`
  },
  "payment-mismatched": {
    subject: "La commande {{ order.number }} n'a pas été payée comme demandé",
    text: `{{ expected | money }} ont été demandés à {{ gateway }} pour la commande {{ order.number }}, et {{ received | money }} ont été encaissés.

La commande n'est pas considérée comme payée, et rien n'en part. Remboursez la somme, ou demandez ce qui était souhaité.`
  },
  "capture-refused": {
    subject: "L'argent de la commande {{ order.number }} attend d'être encaissé",
    text: `La commande {{ order.number }} a été approuvée, mais {{ guard }} ne permet pas d'encaisser {{ amount | money }} : {{ reason }}.

La somme reste réservée chez {{ gateway }} pendant un certain temps. Encaissez-la dès que rien ne s'y oppose plus.`
  },
  "refund-refused": {
    subject: "{{ gateway }} ne rembourse pas la commande {{ order.number }}",
    text: `{{ gateway }} refuse de rembourser {{ amount | money }} de la commande {{ order.number }} : {{ reason }}.

La somme reste due. Réessayez, ou remboursez-la par un autre moyen.`
  },
  "fraud-review": {
    subject: "La commande {{ order.number }} doit être examinée",
    text: `D'après les règles de {{ store.name }}, la commande {{ order.number }} pourrait être frauduleuse ({{ score }} {% if score < 2 %}point{% else %}points{% endif %}).

Tant que personne ne l'a approuvée ou rejetée, son argent n'est pas encaissé, ou rien n'en part.`
  },
  "dispute-unmatched": {
    subject: "{{ gateway }} signale un litige que {{ store.name }} ne peut pas rattacher",
    text: `{{ gateway }} signale le litige {{ reference }}. Il concerne un paiement que {{ store.name }} ne connaît pas, ou une autre devise que celle du paiement.

Il ne sera plus consulté. Vérifiez-le sur place : une réponse est peut-être attendue.`
  }
} as const satisfies Templates
