// Lines to begin with, in the language of whom they are for.
export default {
  en: ['Hi, I’m {name}. I’m a person and I’m on duty here. I read what you wrote. Can you stay and talk with me for a while?', 'Are you safe right now? Is somebody with you?', 'Are you thinking about ending your life tonight? You can tell me plainly.', 'Would you like me to stay while you call one of the numbers on the card?', 'I took your message out of the room because it could hurt somebody who reads it. You can keep talking here.'],
  es: ['Hola, soy {name}. Soy una persona y estoy de guardia aquí. He leído lo que has escrito. ¿Puedes quedarte y hablar conmigo un rato?', '¿Estás a salvo ahora mismo? ¿Hay alguien contigo?', '¿Estás pensando en acabar con tu vida esta noche? Puedes decírmelo tal cual.', '¿Quieres que me quede mientras llamas a uno de los números de la tarjeta?', 'He retirado tu mensaje de la sala porque podía hacer daño a quien lo leyera. Puedes seguir hablando aquí.'],
};
