"""Spanish words of a journal: what they weigh, what they are for. Our own list; see `words_en`."""

from tracking.figures.wordlist import Wordlist, listed, weighed

SPANISH = Wordlist(
    weights=weighed(
        {
            3: """maravilloso maravillosa maravillosos maravillosas fantástico fantástica
                excelente increíble genial encantado encantada amo amor adoro eufórico
                eufórica espléndido espléndida""",
            2: """feliz felices contento contenta contentos contentas alegre alegres alegría
                agradecido agradecida orgulloso orgullosa esperanza ilusión ilusionado
                ilusionada divertido divertida disfruté disfrutar disfrutado reí reímos
                risas sonreí precioso preciosa hermoso hermosa tranquilidad relajado
                relajada descansado descansada fuerte seguro segura éxito logré logro
                celebramos motivado motivada animado animada querido querida apoyado apoyada""",
            1: """bien buen bueno buena buenos buenas mejor mejores mejorando tranquilo tranquila
                calma calmado calmada agradable fácil alivio aliviado aliviada avance
                progreso cómodo cómoda amable ayudó útil sereno serena bonito bonita pude""",
            -1: """cansado cansada aburrido aburrida lento lenta preocupado preocupada
                preocupación nervioso nerviosa inquieto inquieta tenso tensa estresado
                estresada estrés difícil molesto molesta incómodo incómoda confundido
                confundida culpable distraído distraída débil raro rara solo sola""",
            -2: """triste tristes tristeza infeliz mal malo mala malos malas peor enfadado
                enfadada enojado enojada rabia ira ansioso ansiosa ansiedad miedo asustado
                asustada dolor duele dolió enfermo enferma agotado agotada frustrado
                frustrada lloré llorar llorando vergüenza vacío vacía fracaso fracasé
                discutí discusión pelea bloqueado bloqueada abrumado abrumada agobiado
                agobiada agobio pánico odio soledad rechazado rechazada inútil""",
            -3: """terrible horrible pésimo pésima miserable desesperado desesperada
                desesperación desesperanza devastado devastada insoportable aterrado
                aterrada deprimido deprimida fatal pesadilla hundido hundida destrozado
                destrozada""",
        }
    ),
    negations=listed("""no ni nunca jamás nada nadie ningún ninguna ninguno tampoco sin apenas"""),
    stronger=listed("""muy mucho mucha tan tanto demasiado súper realmente totalmente completamente"""),
    weaker=listed("""poco algo ligeramente casi medianamente bastante"""),
    empty=listed(
        """a al algo ahí ahora ante antes aquel aquí así aún aunque ayer bajo cada casa casi como
        con contra cosa cosas cual cuando cuatro da dar de del después desde día días donde dos
        durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta
        está están estar estaba estado estas este esto estos estoy estuve fue fui fuimos fueron
        gran ha había hace hacer hacía hasta hay he hemos hice hizo hoy iba ir la las le les lo
        los luego más me mi mí mis mientras misma mismo mucho mucha muy nada ni no nos nosotros
        nuestra nuestro o otra otro para pero poco por porque pues que qué quien se sea ser si
        sí sido siempre sin sino sobre sola solo son soy su sus también tan tanto te tengo tenía
        tener ti tiempo tiene todavía toda todas todo todos tu tus tuve tres un una unas uno
        unos va vez veces voy y ya yo mañana tarde noche semana semanas siento sentí sentía
        horas hora minutos rato"""
    ),
    coping={
        "breathing": "respiración respiré respirar inhalar exhalar",
        "mindfulness": "medité meditación meditar yoga consciente atención",
        "movement": "caminé caminar caminata paseo paseé corrí correr nadé nadar bicicleta gimnasio "
        "estiré ejercicio bailé bailar senderismo",
        "talking": "hablé hablar hablamos llamé llamada conversé charlé terapeuta terapia psicóloga "
        "psicólogo",
        "rest": "descansé descansar siesta ducha baño pausa",
        "nature": "parque bosque jardín río mar lago playa árboles campo",
        "creative": "pinté pintar dibujé dibujar música canté cantar piano guitarra escribí escribir "
        "cociné cocinar tejí",
        "planning": "planifiqué planificar lista organicé organizar horario rutina",
        "reading": "leí leer libro novela",
        "gratitude": "agradecido agradecida gratitud agradezco",
    },
)
