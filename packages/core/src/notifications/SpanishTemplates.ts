/**
 * The shipped templates in Spanish, with the formal address.
 */
import { button, fragments, link, named, namedHtml, questions } from "./OrderFragments.ts"
import type { Templates } from "./Template.ts"

const contact = "¿Tiene alguna pregunta? Escriba a {{ contact }}."
const { addressHtml, addressText, itemsHtml, itemsText, orderButton } = fragments({
  shipping: "Envío",
  tax: "Impuestos",
  taxContained: "Impuestos incluidos",
  total: "Total",
  goesTo: "Dirección de entrega:",
  seeOrder: "Ver su pedido",
  question: contact
})
const { question, questionHtml } = questions(contact)

const at = `el {{ at | date: "%d/%m/%Y a las %H:%M" }} UTC`
const where =
  "{% if address %} desde la dirección IP {{ address }}{% endif %}{% if place %} ({{ place }}){% endif %}{% if device %} con {{ device }}{% endif %}"
const ignore = "Si no ha sido usted, no tiene que hacer nada: nadie entra sin este mensaje."
const valid = "El código es válido durante {% if minutes == 1 %}un minuto{% else %}{{ minutes }} minutos{% endif %} y sirve una sola vez."
const orPage = `{% if link %}O abra esta página y pulse el botón:

{{ link }}

{% endif %}`

/** What a dispute holds of what goes back. */
const waiting = "{{ waits | money }} de su pago están en disputa: se lo reembolsaremos en cuanto su banco haya decidido que nos corresponde."

const settled =
  `{% if open.amount > 0 %}Quedan {{ open | money }} por pagar. Puede hacerlo desde su pedido.{% elsif refund.amount > 0 or waits.amount > 0 %}{% if refund.amount > 0 %}Le reembolsamos {{ refund | money }} y le avisaremos cuando el importe esté en camino.{% endif %}{% if waits.amount > 0 %}{% if refund.amount > 0 %} {% endif %}${waiting}{% endif %}{% elsif order.isPaid %}No hay nada más que pagar.{% else %}Ahora cuesta {{ order.total | money }}.{% endif %}`
const claimDecided =
  "{% if decision == 'replaced' %}Sentimos lo ocurrido con su pedido {{ order.number }}. Se lo enviamos de nuevo sin coste.{% elsif decision == 'refunded' %}Sentimos lo ocurrido con su pedido {{ order.number }}. Le reembolsamos {{ amount | money }}; no tiene que devolver nada.{% else %}Hemos revisado lo que nos escribió sobre su pedido {{ order.number }} y no podemos aceptar la reclamación.{% endif %}"
const givenBackAs =
  "{% if creditedTo == 'store-credit' %} como saldo para gastar en nuestra tienda.{% elsif creditedTo == 'outside' %} por un medio distinto al de su pago.{% elsif creditedTo %} en una tarjeta regalo, cuyo código le enviamos.{% else %} por el mismo medio con el que pagó. Los bancos pueden tardar hasta diez días en mostrarlo.{% endif %}"
const cancelled =
  "Su pedido {{ order.number }} por {{ order.total | money }} está cancelado.{% if order.isPaid %} Le reembolsamos lo que ha pagado y le avisaremos cuando el importe esté en camino.{% else %} No ha pagado nada.{% endif %}"
const exchangeDue =
  "Hemos recibido su devolución, que cubre una parte de lo que ha elegido en su lugar. Faltan {{ due | money }}: en cuanto pague este importe de su pedido {{ order.number }}, lo enviamos."
const failed = "No se ha podido pagar su pedido {{ order.number }} por {{ order.total | money }}, así que no hemos cobrado nada."
const keep = "Guardamos sus artículos un poco más: elija otra forma de pago o inténtelo de nuevo."
const ready =
  "Su cuenta en {{ store.name }} está lista. En ella encuentra sus pedidos y sus direcciones, y elige qué le escribimos."
const again =
  "Nos pidió que le avisáramos: {{ title }} vuelve a estar disponible en {{ store.name }}. No podemos reservárselo, así que no espere demasiado."

export const spanish = {
  "unsubscribe": {
    subject: "No recibir más mensajes de este tipo",
    text: `{{ store.name }} le envía este mensaje porque usted lo aceptó o lo pidió. Para no recibir más mensajes de este tipo, abra esta página:

{{ unsubscribe }}`,
    html: `<p>{{ store.name }} le envía este mensaje porque usted lo aceptó o lo pidió. <a href="{{ unsubscribe }}">No recibir más mensajes de este tipo</a></p>`
  },
  "gift-card": {
    subject: "Una tarjeta regalo para {{ store.name }}",
    text: `{% if name %}{{ name }}:

{% endif %}{% if message %}{{ message }}

{% endif %}Esta tarjeta regalo vale {{ amount | money }} en {{ store.name }}{% if expires %} hasta el {{ expires | date: "%d/%m/%Y" }}{% endif %}. Su código es:

{{ code }}

Quien tenga el código puede gastarlo: guárdelo como dinero en efectivo.`
  },
  "sign-in-code": {
    subject: "{{ code }} es su código para {{ store.name }}",
    text: `Su código para entrar en {{ store.name }}:

{{ code }}

${orPage}${valid} Nadie de {{ store.name }} se lo pedirá nunca.

${ignore}`,
    sms:
      "{{ code }} es su código para {{ store.name }}. Es válido durante {% if minutes == 1 %}un minuto{% else %}{{ minutes }} minutos{% endif %}. No se lo dé a nadie."
  },
  "confirm-registration": {
    subject: "{{ code }} confirma su dirección en {{ store.name }}",
    text: `Le damos la bienvenida a {{ store.name }}. Este código confirma que la dirección es suya:

{{ code }}

${orPage}${valid}

Si no se ha registrado, no tiene que hacer nada: no hay cuenta hasta que se confirme la dirección.`
  },
  "already-registered": {
    subject: "Ya tiene una cuenta en {{ store.name }}",
    text: `Alguien, seguramente usted, ha querido registrarse con esta dirección en {{ store.name }}. Ya tiene una cuenta.

Con este código puede entrar:

{{ code }}

${orPage}${valid} La contraseña que se acaba de escribir no se ha guardado.

${ignore}`
  },
  "reset-password": {
    subject: "Una contraseña nueva para {{ store.name }}",
    text: `Alguien, seguramente usted, ha pedido una contraseña nueva en {{ store.name }}. Con este código puede elegirla:

{{ code }}

{% if link %}O abra esta página:

{{ link }}

{% endif %}${valid}

Si no ha sido usted, no tiene que hacer nada: su contraseña sigue siendo la misma.`
  },
  "confirm-email-change": {
    subject: "{{ code }} confirma su nueva dirección en {{ store.name }}",
    text: `Este código confirma que su cuenta en {{ store.name }} puede pasar de {{ from }} a {{ to }}:

{{ code }}

El cambio se hace cuando ambas direcciones están confirmadas. ${valid}

Si no lo ha pedido usted, no dé el código a nadie{% if old %} y cambie su contraseña{% endif %}.`
  },
  "email-changed": {
    subject: "Su dirección en {{ store.name }} ha cambiado",
    text: `Su cuenta en {{ store.name }} pertenece ahora a {{ to }}. Antes pertenecía a {{ from }}. Se han cerrado todas las sesiones.

Si no ha sido usted, responda a este mensaje o llame a la tienda de inmediato.`
  },
  "password-changed": {
    subject: "Su contraseña en {{ store.name }} ha cambiado",
    text: `La contraseña de su cuenta en {{ store.name }} se cambió{% if at %} ${at}{% endif %}. Se han cerrado sus otras sesiones.

Si no ha sido usted, pida una contraseña nueva de inmediato.`
  },
  "second-factor-changed": {
    subject: "Ha cambiado su forma de entrar en {{ store.name }}",
    text: `{% case what %}{% when "A passkey was added." %}Se ha añadido una llave de acceso.{% when "A passkey was removed." %}Se ha quitado una llave de acceso.{% when "An authenticator app was added." %}Se ha añadido una aplicación de autenticación.{% when "The authenticator app was removed." %}Se ha quitado la aplicación de autenticación.{% when "A recovery code was used to sign in." %}Se ha usado un código de recuperación para entrar.{% when "New recovery codes were made; the old ones are void." %}Se han creado códigos de recuperación nuevos; los anteriores ya no valen.{% else %}{{ what }}{% endcase %}

Si no ha sido usted, pida una contraseña nueva de inmediato y revise sus sesiones.`
  },
  "new-sign-in": {
    subject: "Un nuevo acceso a {{ store.name }}",
    text: `Alguien entró en su cuenta de {{ store.name }} ${at}${where}.

Si ha sido usted, no tiene que hacer nada. Si no, cierre la sesión en su cuenta y cambie su contraseña.`
  },
  "check-sign-in": {
    subject: "{{ code }} es su código para {{ store.name }}",
    text: `Alguien está entrando en su cuenta de {{ store.name }}${where}. El acceso es inusual. Con este código se permite el acceso:

{{ code }}

${valid} Nadie de {{ store.name }} se lo pedirá nunca.

Si no es usted, no se lo dé a nadie y cambie su contraseña: alguien la conoce.`
  },
  "sign-in-refused": {
    subject: "Hemos rechazado un acceso a {{ store.name }}",
    text: `Alguien intentó entrar en su cuenta de {{ store.name }} ${at}${where}. El acceso era inusual, así que lo rechazamos.

Si ha sido usted, inténtelo desde un dispositivo que ya haya usado, o con un código por correo. Si no, cambie su contraseña.`
  },
  "webhook-disabled": {
    subject: "{{ store.name }} ya no envía webhooks a {{ url }}",
    text: `{% if reason == "gone" %}El destino de webhooks {{ url }} ha respondido que ya no existe{% else %}Desde hace cinco días no ha llegado nada de lo que enviamos al destino de webhooks {{ url }}{% endif %}, así que {{ store.name }} lo ha desactivado.

Cuando vuelva a funcionar, actívelo en la administración de la tienda y envíe de nuevo lo que falló.`
  },
  "welcome": {
    subject: "Le damos la bienvenida a {{ store.name }}",
    text: `{% if name %}Hola, {{ name }}:

{% endif %}${ready}{% if url %}

{{ url }}{% endif %}${question}`,
    html: `<h1>Le damos la bienvenida{% if name %}, {{ name }}{% endif %}</h1><p>${ready}</p>${button("Ir a la tienda", "url")}${questionHtml}`
  },
  "back-in-stock": {
    subject: "{{ title }} vuelve a estar disponible",
    text: `${again}{% if url %}

{{ url }}{% endif %}`,
    html: `<h1>Disponible de nuevo</h1><p>${again}</p>${button("Verlo", "url")}`
  },
  "abandoned-cart": {
    subject: "Ha dejado algo en su cesta de {{ store.name }}",
    text: `Su cesta de {{ store.name }} aún contiene {% if items.size == 1 %}este artículo{% else %}estos artículos{% endif %}:

{% for item in items %}{{ item.quantity }} x {{ item.title }}
{% endfor %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>Ha dejado algo en su cesta</h1><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.quantity }} ×</td></tr>{% endfor %}</tbody></table>${button("Ir a la cesta", "url")}`
  },
  "price-drop": {
    subject: "{% if items.size == 1 %}{{ items[0].title }} cuesta menos ahora{% else %}Sus deseos cuestan menos ahora{% endif %}",
    text: `En su lista de deseos de {{ store.name }}, esto ha bajado de precio:

{% for item in items %}{{ item.title }}: {{ item.price | money }} (antes: {{ item.before | money }})
{% endfor %}{% if more > 0 %}Y {{ more }} más.
{% endif %}{% if url %}
{{ url }}{% endif %}`,
    html: `<h1>Ha bajado de precio</h1><p>En su lista de deseos de {{ store.name }}, esto ha bajado de precio:</p><table role="presentation" class="items"><tbody>{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.price | money }}<br><span class="quiet"><s>{{ item.before | money }}</s></span></td></tr>{% endfor %}</tbody></table>{% if more > 0 %}<p>Y {{ more }} más.</p>{% endif %}${button("Ver la lista de deseos", "url")}`
  },
  "review-request": {
    subject: "¿Qué le parece lo que compró en {{ store.name }}?",
    text: `Su pedido {{ order.number }} llegó hace unos días:

{% for line in order.lines %}{{ line.title }}{% if line.variantTitle %}, {{ line.variantTitle }}{% endif %}
{% endfor %}
Cuente a los demás qué le parece.${link}`,
    html: `<h1>¿Qué le parece?</h1><p>Su pedido {{ order.number }} llegó hace unos días:</p><table role="presentation" class="items"><tbody>{% for line in order.lines %}<tr><td>{{ line.title }}{% if line.variantTitle %}<br><span class="quiet">{{ line.variantTitle }}</span>{% endif %}</td></tr>{% endfor %}</tbody></table><p>Cuente a los demás qué le parece.</p>${button("Escribir una reseña")}`
  },
  "order-confirmation": {
    subject: "Su pedido {{ order.number }} en {{ store.name }}",
    text: `Gracias por su pedido {{ order.number }}.{% unless order.isPaid %} Se pagará según lo acordado.{% endunless %}

${itemsText}${addressText}${link}${question}`,
    html: `<h1>Gracias por su pedido {{ order.number }}</h1>{% unless order.isPaid %}<p>Se pagará según lo acordado.</p>{% endunless %}${itemsHtml}${addressHtml}${orderButton}${questionHtml}`
  },
  "draft-order": {
    subject: "Su pedido en {{ store.name }} está listo para pagarse",
    text: `Hemos preparado su pedido.{% if until %} Puede pagarlo hasta el {{ until | date: "%d/%m/%Y" }}.{% endif %}{% if message %}

{{ message }}{% endif %}

${itemsText}${addressText}

Puede verlo y pagarlo aquí:

{{ url }}${question}`,
    html: `<h1>Su pedido está listo para pagarse</h1><p>Hemos preparado su pedido.{% if until %} Puede pagarlo hasta el {{ until | date: "%d/%m/%Y" }}.{% endif %}</p>{% if message %}<p style="white-space:pre-line">{{ message }}</p>{% endif %}${itemsHtml}${addressHtml}<p><a class="button" href="{{ url }}">Ver y pagar</a></p>${questionHtml}`
  },
  "payment-failed": {
    subject: "El pago de su pedido {{ order.number }} en {{ store.name }} ha fallado",
    text: `${failed}

${keep}${link}${question}`,
    html: `<h1>El pago ha fallado</h1><p>${failed}</p><p>${keep}</p>${orderButton}${questionHtml}`
  },
  "order-shipped": {
    subject: "Su pedido {{ order.number }} está en camino",
    text: `Su pedido {{ order.number }} ha salido de nuestro almacén.{% if tracking %}

{% if tracking.carrier %}{{ tracking.carrier }}: {% endif %}{{ tracking.number }}{% if tracking.url %}

{{ tracking.url }}{% endif %}{% endif %}${addressText}${link}${question}`,
    html: `<h1>Su pedido está en camino</h1><p>Su pedido {{ order.number }} ha salido de nuestro almacén.</p>{% if tracking %}<p>{% if tracking.carrier %}{{ tracking.carrier }}: {% endif %}{{ tracking.number }}</p>${button("Seguir el envío", "tracking.url")}{% endif %}${addressHtml}${orderButton}${questionHtml}`
  },
  "order-delivered": {
    subject: "Su pedido {{ order.number }} ha llegado",
    text: `Su pedido {{ order.number }} se ha entregado. Esperamos que le guste.${link}${question}`,
    html: `<h1>Su pedido ha llegado</h1><p>Su pedido {{ order.number }} se ha entregado. Esperamos que le guste.</p>${orderButton}${questionHtml}`
  },
  "order-cancelled": {
    subject: "Su pedido {{ order.number }} en {{ store.name }} está cancelado",
    text: `${cancelled}${question}`,
    html: `<h1>Su pedido está cancelado</h1><p>${cancelled}</p>${questionHtml}`
  },
  "order-refunded": {
    subject:
      "{% if creditedTo and creditedTo != 'outside' %}Saldo de {{ amount | money }} por su pedido {{ order.number }}{% else %}Reembolso de {{ amount | money }} de su pedido {{ order.number }}{% endif %}",
    text: `Le hemos reembolsado {{ amount | money }} de su pedido {{ order.number }}${givenBackAs}${link}${question}`,
    html: `<h1>{% if creditedTo and creditedTo != 'outside' %}Tiene saldo en nuestra tienda{% else %}Su dinero está en camino{% endif %}</h1><p>Le hemos reembolsado {{ amount | money }} de su pedido {{ order.number }}${givenBackAs}</p>${orderButton}${questionHtml}`
  },
  "claim-decided": {
    subject: "Sobre su reclamación del pedido {{ order.number }} en {{ store.name }}",
    text: `${claimDecided}{% if answer %}

{{ answer }}{% endif %}${link}${question}`,
    html: `<h1>Sobre su reclamación</h1><p>${claimDecided}</p>{% if answer %}<p style="white-space:pre-line">{{ answer }}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "exchange-due": {
    subject: "Faltan {{ due | money }} para su cambio en {{ store.name }}",
    text: `${exchangeDue}${link}${question}`,
    html: `<h1>Su cambio está casi listo</h1><p>${exchangeDue}</p>${orderButton}${questionHtml}`
  },
  "order-lines-cancelled": {
    subject: "Una parte de su pedido {{ order.number }} en {{ store.name }} está cancelada",
    text: `Lo siguiente está cancelado y ya no forma parte de su pedido {{ order.number }}:

{% for line in lines %}${named}
{% endfor %}{% if amount.amount > 0 %}
Le reembolsamos {{ amount | money }} y le avisaremos cuando el importe esté en camino.{% endif %}{% if waits.amount > 0 %}
${waiting}{% endif %}${link}${question}`,
    html: `<h1>Una parte de su pedido está cancelada</h1><p>Lo siguiente ya no forma parte de su pedido {{ order.number }}:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% if amount.amount > 0 %}<p>Le reembolsamos {{ amount | money }} y le avisaremos cuando el importe esté en camino.</p>{% endif %}{% if waits.amount > 0 %}<p>${waiting}</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-edited": {
    subject: "Su pedido {{ order.number }} en {{ store.name }} ha cambiado",
    text: `Hemos cambiado su pedido {{ order.number }}.
{% if added.size > 0 %}
Se ha añadido:

{% for line in added %}${named}
{% endfor %}{% endif %}{% if lines.size > 0 %}
Ya no está incluido:

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if moved %}${addressText}
{% endif %}${settled}${link}${question}`,
    html: `<h1>Su pedido ha cambiado</h1>{% if added.size > 0 %}<p>Se ha añadido a su pedido {{ order.number }}:</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if lines.size > 0 %}<p>Ya no está en su pedido {{ order.number }}:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if moved %}${addressHtml}{% endif %}<p>${settled}</p>${orderButton}${questionHtml}`
  },
  "downloads-ready": {
    subject: "Sus archivos del pedido {{ order.number }} en {{ store.name }}",
    text: `Ya puede descargar lo que ha comprado con su pedido {{ order.number }}:

{% for file in files %}{{ file.name }}{% if file.until %}, hasta el {{ file.until | date: "%d/%m/%Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}una vez{% else %}{{ file.times }} veces{% endif %}){% endif %}
{% endfor %}{% if order.url %}
Descárguelo desde su pedido:

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Sus archivos están listos</h1><p>Ya puede descargar lo que ha comprado con su pedido {{ order.number }}:</p><p>{% for file in files %}{{ file.name }}{% if file.until %}, hasta el {{ file.until | date: "%d/%m/%Y" }}{% endif %}{% if file.times %} ({% if file.times == 1 %}una vez{% else %}{{ file.times }} veces{% endif %}){% endif %}<br>{% endfor %}</p>${button("Descargar")}${questionHtml}`
  },
  "license-keys": {
    subject: "Sus claves de licencia del pedido {{ order.number }} en {{ store.name }}",
    text: `Estas son las claves de licencia que ha comprado con su pedido {{ order.number }}:

{% for license in keys %}{{ license.title }}: {{ license.key }}
{% endfor %}{% if more > 0 %}y {{ more }} más, que encontrará en su pedido.
{% endif %}{% if order.url %}
Las encontrará todas en su pedido:

{{ order.url }}{% endif %}${question}`,
    html: `<h1>Sus claves de licencia</h1><p>Estas son las claves de licencia que ha comprado con su pedido {{ order.number }}:</p><p>{% for license in keys %}{{ license.title }}: <strong>{{ license.key }}</strong><br>{% endfor %}</p>{% if more > 0 %}<p>y {{ more }} más, que encontrará en su pedido.</p>{% endif %}${orderButton}${questionHtml}`
  },
  "order-note": {
    subject: "Un mensaje sobre su pedido {{ order.number }} en {{ store.name }}",
    text: `{{ note }}

Se trata de su pedido {{ order.number }}.${link}${question}`,
    html: `<h1>Sobre su pedido {{ order.number }}</h1><p style="white-space:pre-line">{{ note }}</p>${orderButton}${questionHtml}`
  },
  "invoice": {
    subject: "Factura {{ number }} de {{ store.name }}",
    text: `Adjuntamos la factura {{ number }} de su pedido {{ order.number }}.${question}`
  },
  "credit-note": {
    subject: "Factura rectificativa {{ number }} de {{ store.name }}",
    text: `Adjuntamos la factura rectificativa {{ number }} de su pedido {{ order.number }}.${question}`
  },
  "return-label": {
    subject: "Su devolución del pedido {{ order.number }}",
    text: `Hemos aceptado su devolución del pedido {{ order.number }}.

{% if attached %}Adjuntamos la etiqueta. Imprímala, péguela en el paquete y entréguelo al transportista.{% else %}Encontrará la etiqueta junto a su pedido: imprímala, péguela en el paquete y entréguelo al transportista.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}${link}${question}`,
    html: `<h1>Su devolución está aceptada</h1><p>Hemos aceptado su devolución del pedido {{ order.number }}.</p><p>{% if attached %}Adjuntamos la etiqueta. Imprímala, péguela en el paquete y entréguelo al transportista.{% else %}Encontrará la etiqueta junto a su pedido: imprímala, péguela en el paquete y entréguelo al transportista.{% endif %}{% if tracking.number %} {{ tracking.carrier }}: {{ tracking.number }}{% endif %}</p>${orderButton}${questionHtml}`
  },
  "vendor-order": {
    subject: "Nuevo pedido {{ order.number }} en {{ store.name }}",
    text: `Ha llegado un pedido con artículos suyos.
{% if lines.size > 0 %}
Se han pedido estos artículos suyos, y le corresponde a usted enviarlos:

{% for line in lines %}${named}
{% endfor %}{% endif %}{% if supplied.size > 0 %}
Estos artículos suyos forman parte de lotes que envían otros:

{% for line in supplied %}${named}
{% endfor %}{% endif %}`,
    html: `<h1>Nuevo pedido {{ order.number }}</h1><p>Ha llegado un pedido con artículos suyos.</p>{% if lines.size > 0 %}<p>Se han pedido estos artículos suyos, y le corresponde a usted enviarlos:</p><p>{% for line in lines %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if supplied.size > 0 %}<p>Estos artículos suyos forman parte de lotes que envían otros:</p><p>{% for line in supplied %}${namedHtml}<br>{% endfor %}</p>{% endif %}`
  },
  "vendor-order-changed": {
    subject: "Modificado: pedido {{ order.number }} en {{ store.name }}",
    text: `Han cambiado artículos suyos en un pedido. Lo que aún no haya salido debe enviarse según el nuevo estado.
{% if added.size > 0 %}
Se han añadido:

{% for line in added %}${named}
{% endfor %}{% endif %}{% if removed.size > 0 %}
Se han retirado, y ya no deben enviarse:

{% for line in removed %}${named}
{% endfor %}{% endif %}`,
    html: `<h1>El pedido {{ order.number }} se ha modificado</h1><p>Han cambiado artículos suyos en un pedido. Lo que aún no haya salido debe enviarse según el nuevo estado.</p>{% if added.size > 0 %}<p>Se han añadido:</p><p>{% for line in added %}${namedHtml}<br>{% endfor %}</p>{% endif %}{% if removed.size > 0 %}<p>Se han retirado, y ya no deben enviarse:</p><p>{% for line in removed %}${namedHtml}<br>{% endfor %}</p>{% endif %}`
  },
  "report": {
    subject: "{{ report }} de {{ store.name }}",
    text: `{% if attached %}Adjuntamos el informe {{ report }}.{% else %}El informe {{ report }} es demasiado grande para un correo. Descárguelo de los informes de {{ store.name }} antes de que se elimine el {{ keptUntil | date: "%d/%m/%Y" }}.{% endif %}`
  },
  "report-failed": {
    subject: "{% if recipient %}{{ report }} no se ha enviado a {{ recipient }}{% else %}No se ha podido elaborar {{ report }}{% endif %}",
    text: `{% if recipient %}El informe {{ report }} no se ha enviado a {{ recipient }}: su función exige un segundo factor y aún no lo tiene.{% else %}El informe {{ report }} estaba previsto y no se ha podido elaborar{% if reason %}: {{ reason }}{% endif %}. Se volverá a intentar en su próxima fecha.{% endif %}`
  },
  "license-keys-low": {
    subject: "{% if free == 0 %}No quedan claves de licencia para {{ title }}{% else %}Quedan pocas claves de licencia para {{ title }}{% endif %}",
    text: `{% if free == 0 %}No quedan claves de licencia para {{ title }}.{% elsif free == 1 %}Queda 1 clave de licencia para {{ title }}.{% else %}Quedan {{ free }} claves de licencia para {{ title }}.{% endif %}{% if waiting == 1 %} 1 unidad pagada espera su clave y la recibirá en cuanto se importen más.{% elsif waiting > 1 %} {{ waiting }} unidades pagadas esperan su clave y la recibirán en cuanto se importen más.{% endif %}`
  },
  "stock-low": {
    subject: "Queda poco de {{ title }}",
    text: `{% if available == 1 %}Queda 1 unidad{% else %}Quedan {{ available }} unidades{% endif %} de {{ title }}{% if sku %} ({{ sku }}){% endif %} en {{ location }}. Se avisa a partir de {{ threshold }}.`
  },
  "authorization-ending": {
    subject: "Cobre el dinero del pedido {{ order.number }} antes de que sea tarde",
    text: `{{ amount | money }} del pedido {{ order.number }} están reservados en {{ gateway }} hasta ${at} y aún no se han cobrado.

Después se pierde la reserva, y un pedido que espera su pago se cancela.`
  },
  "authorization-expired": {
    subject: "El pedido {{ order.number }} no está pagado: se ha perdido el dinero reservado",
    text: `{{ amount | money }} del pedido {{ order.number }}, en el que ya trabaja, estaban reservados en {{ gateway }} hasta ${at} y nunca se cobraron.

El importe sigue pendiente. Puede pagarse por otro medio.`
  },
  "gateway-misconfigured": {
    subject: "{{ store.name }} no puede cobrar mediante {{ gateway }}",
    text: `{{ gateway }} no acepta las credenciales de {{ store.name }}: {{ reason }}.

Hasta que se corrijan, nadie puede pagar por ese medio y no sale ningún reembolso. Lo que espera seguirá después por sí solo.`
  },
  "payment-mismatched": {
    subject: "El pedido {{ order.number }} no se ha pagado como se pidió",
    text: `Se pidieron {{ expected | money }} a {{ gateway }} por el pedido {{ order.number }} y se cobraron {{ received | money }}.

El pedido no se considera pagado y no sale nada de él. Devuelva el dinero o averigüe qué se quería.`
  },
  "capture-refused": {
    subject: "El dinero del pedido {{ order.number }} espera a que se cobre",
    text: `El pedido {{ order.number }} está aprobado, pero {{ guard }} no permite cobrar {{ amount | money }}: {{ reason }}.

El importe queda reservado en {{ gateway }} durante un tiempo. Cóbrelo en cuanto nada lo impida.`
  },
  "refund-refused": {
    subject: "{{ gateway }} no devuelve el dinero del pedido {{ order.number }}",
    text: `{{ gateway }} se niega a devolver {{ amount | money }} del pedido {{ order.number }}: {{ reason }}.

El importe se sigue debiendo. Inténtelo de nuevo o devuélvalo por otro medio.`
  },
  "fraud-review": {
    subject: "Alguien tiene que revisar el pedido {{ order.number }}",
    text: `Según las reglas de {{ store.name }}, el pedido {{ order.number }} podría ser un fraude ({{ score }} {% if score == 1 %}punto{% else %}puntos{% endif %}).

Hasta que alguien lo apruebe o lo rechace, no se cobra su dinero o no sale nada de él.`
  },
  "dispute-unmatched": {
    subject: "{{ gateway }} avisa de una disputa que {{ store.name }} no puede situar",
    text: `{{ gateway }} avisa de la disputa {{ reference }}. Se refiere a un pago que {{ store.name }} no conoce, o está en otra moneda que ese pago.

No se volverá a consultar. Revísela allí: puede que haya que responder.`
  }
} as const satisfies Templates
