"""What the server-rendered pages say, in Spanish."""

TEXTS = {
    "title": "Hearth: habla con gente que entiende",
    "skip": "Ir al contenido",
    "skip_box": "Ir al cuadro de mensaje",
    "help_now": "Ayuda ya",
    "exit": "Salir",
    "exit_title": "Sale al momento y borra esta página. O pulsa Mayús tres veces.",
    "other_language": "English",
    "hero": "No tienes que pasarlo a solas",
    "hero_sub": "Habla con gente que ha pasado por ahí. Sin nombre, sin correo, sin coste.",
    "match": "Habla con una persona",
    "match_sub": "Solo vosotros dos. Cualquiera puede irse cuando quiera.",
    "match_topic": "¿De qué se trata?",
    "match_seek": "Quiero hablar",
    "match_listen": "Puedo escuchar",
    "match_name": (
        "Recibes un nombre nuevo, como Quiet Heron. Nadie puede saber por él quién eres, y cambia en "
        "cada sala."
    ),
    "waiting_seeker": "Buscando a alguien que escuche",
    "waiting_listener": "Buscando a alguien que quiera hablar",
    "waiting_for": "Llevas esperando",
    "waiting_next_seeker": (
        "Pasado medio minuto preguntamos también a quienes, como tú, quieren hablar. Mientras, puedes "
        "leer en una sala: te avisaremos."
    ),
    "waiting_next_listener": (
        "Mientras, puedes leer en una sala: te avisaremos en cuanto alguien quiera hablar."
    ),
    "waiting_stop": "Dejar de buscar",
    "match_failed": "Ahora no ha funcionado. No se pierde nada tuyo; prueba otra vez en un momento.",
    "rooms": "O entra en una sala",
    "rooms_other": "Salas en inglés",
    "rooms_none": "Ahora no hay salas abiertas. Aun así puedes hablar con una persona.",
    "here": "aquí",
    "your_rooms": "Tus salas",
    "open_now": "Abiertas ahora",
    "promise_fade": "Los mensajes se borran: al cabo de un mes en la mayoría de salas, antes en algunas.",
    "promise_screen": "Un programa busca señales de peligro en cada mensaje. Deciden personas preparadas.",
    "promise_peers": "Aquí hay iguales, no profesionales médicos. Nada de esto es un diagnóstico.",
    "account_why": "Hablar no pide cuenta. Compartir tus días con la familia, sí:",
    "account_in": "Entrar",
    "account_up": "Crear una cuenta",
    "theme": "Claro u oscuro",
    "theme_auto": "Auto",
    "theme_light": "Claro",
    "theme_dark": "Oscuro",
    "need_script": "Las salas necesitan JavaScript. Ayuda ya funciona sin él.",
    "room_title": "Sala",
    "connecting": "Abriendo la sala",
    "write": "Escribe un mensaje",
    "send": "Enviar",
    "back_rooms": "Volver a las salas",
    "help_title": "Ayuda ya",
    "help_lead": (
        "Personas reales, preparadas para esto, que escuchan. No hace falta estar seguro de que sea "
        "lo bastante grave."
    ),
    "help_danger": (
        "Si tú u otra persona estáis en peligro ahora mismo, llama al número de emergencias de donde "
        "estés. Funciona desde cualquier teléfono."
    ),
    "help_where": "¿Dónde estás?",
    "help_call": "Llamar",
    "help_text": "Escribir",
    "help_open": "Abrir",
    "help_any": "En cualquier país",
    "help_back": "Volver a Hearth",
    "nav": "Principal",
    "nav_bottom": "Principal, abajo",
    "nav_family": "Familia",
    "nav_circle": "Mi círculo",
    "nav_talk": "Hablar",
    "nav_settings": "Ajustes",
    "loading": "Cargando",
    "need_script_people": "Esta página necesita JavaScript. Ayuda ya funciona sin él.",
    "sign_in": "Iniciar sesión",
    "sign_in_title": "Inicia sesión",
    "sign_in_lead": "Para tu familia y tus ajustes. Las salas no piden cuenta.",
    "sign_up_title": "Crea una cuenta",
    "sign_up_lead": "Con ella compartes tus días con quien tú elijas. Las salas no la piden.",
    "verify_email_title": "Confirma tu correo",
    "verify_email_lead": "Así, perder la contraseña no es perder la cuenta.",
    "forgot_password_title": "Una contraseña nueva",
    "forgot_password_lead": "Enviamos un enlace a la dirección de tu cuenta. Sirve una sola vez.",
    "reset_password_title": "Elige una contraseña nueva",
    "reset_password_lead": "La anterior deja de servir al momento.",
    "settings_title": "Ajustes",
    "settings_lead": "Lo que sabemos de ti, quién puede usarlo y cómo llevártelo o borrarlo.",
    "circle_title": "Mi círculo",
    "circle_lead": (
        "Quién puede ver qué de tus días. Un cambio cuenta al momento, también en pantallas abiertas."
    ),
    "family_title": "Familia",
    "family_lead": "Lo que tu gente comparte contigo, según ocurre.",
    "lost_title": "Esta página no está aquí",
    "lost": "Puede que se haya cerrado, o que la dirección tenga un error.",
    "lost_back": "A las salas",
    "app_title": "Dejar entrar a una aplicación",
    "app_asks": "pide actuar por ti. Podría:",
    "app_how": "Puedes terminarlo cuando quieras saliendo de aquí o eligiendo otra contraseña. Nunca ve "
    "tu contraseña.",
    "app_yes": "Permitir",
    "app_no": "Rechazar",
    "app_fault": "No se puede dejar entrar a esta aplicación",
    "app_fault_why": "No lo ha pedido de una forma que te proteja. No se ha compartido nada. Díselo a quien "
    "la hizo: ",
    "app_scope_openid": "Saber que eres tú",
    "app_scope_profile": "Ver tu nombre de usuario",
    "app_scope_email": "Ver tu dirección de correo",
    "app_scope_tracking_read": "Leer lo que anotas de tus días y lo que otros comparten contigo",
    "app_scope_tracking_write": "Anotar y cambiar entradas por ti",
    "app_scope_moderation": "Moderar en tu nombre",
}

TOPIC_LINES = {
    "anxiety": "Preocupación, pánico, la mente acelerada",
    "low-mood": "Cuando todo pesa o se ve gris",
    "sleep": "En vela cuando no quieres estarlo",
    "epilepsy": "Crisis, medicación, el día a día",
    "caring": "Una pareja, un padre, una hija",
    "talking": "Nada especial, compañía",
}
