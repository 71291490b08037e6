"""The words of findings, in English and Spanish. Pure.

They say what was logged did and on how many days, they name no illness, and each ends by saying what kind of
thing it is.
"""

from tracking.figures.findings import Finding

Texts = dict[str, tuple[str, str]]  # kind → title and body

ENGLISH: Texts = {
    "mood_up": (
        "Your mood entries have been rising",
        "Over {days} days with a mood, they went up by about {per_week} points a week.",
    ),
    "mood_down": (
        "Your mood entries have been falling",
        "Over {days} days with a mood, they went down by about {per_week} points a week. If this matches how"
        " you feel, talking with somebody you trust may help.",
    ),
    "mood_swings": (
        "Your mood changes more from day to day",
        "In the last {days} days it differed by about {recent} points from one day to the next, before that"
        " by about {before}.",
    ),
    "activity_up": (
        "Mood on days with “{subject}”",
        "On {days} days with “{subject}” your mood was {with} on average, on the other days {without}.",
    ),
    "activity_down": (
        "Mood on days with “{subject}”",
        "On {days} days with “{subject}” your mood was {with} on average, on the other days {without}.",
    ),
    "mood_and_sleep_up": (
        "Longer sleep and better mood come together",
        "On {days} days with both logged, longer nights and higher moods tended to fall on the same day.",
    ),
    "mood_and_sleep_down": (
        "Longer sleep and lower mood come together",
        "On {days} days with both logged, longer nights and lower moods tended to fall on the same day.",
    ),
    "mood_and_exercise_up": (
        "More movement and better mood come together",
        "On {days} days with both logged, more exercise and higher moods tended to fall on the same day.",
    ),
    "mood_and_exercise_down": (
        "More movement and lower mood come together",
        "On {days} days with both logged, more exercise and lower moods tended to fall on the same day.",
    ),
    "words_up": (
        "The words of your journal have become lighter",
        "Over {days} days of writing, light words became more frequent beside heavy ones."
        " They are counted by a short list that nobody has validated: it says nothing of how you are.",
    ),
    "words_down": (
        "The words of your journal have become heavier",
        "Over {days} days of writing, heavy words became more frequent beside light ones."
        " They are counted by a short list that nobody has validated: it says nothing of how you are.",
    ),
    "measure_up": (
        "Rising: {subject}",
        "Over {days} days with a value, it went up by about {per_week} a week.",
    ),
    "measure_down": (
        "Falling: {subject}",
        "Over {days} days with a value, it went down by about {per_week} a week.",
    ),
    "measure_silent": (
        "Not logged for a while: {subject}",
        "The last value is {days} days old. Nothing is assumed for the days between.",
    ),
    "goal_reached": ("You reached a goal: {subject}", "What you logged is where you wanted to be."),
}
SPANISH: Texts = {
    "mood_up": (
        "Tu estado de ánimo ha ido subiendo",
        "En {days} días con registro subió unos {per_week} puntos por semana.",
    ),
    "mood_down": (
        "Tu estado de ánimo ha ido bajando",
        "En {days} días con registro bajó unos {per_week} puntos por semana. Si coincide con cómo te sientes,"
        " hablar con alguien de confianza puede ayudar.",
    ),
    "mood_swings": (
        "Tu ánimo cambia más de un día a otro",
        "En los últimos {days} días varió unos {recent} puntos de un día al siguiente; antes, unos {before}.",
    ),
    "activity_up": (
        "El ánimo en días con «{subject}»",
        "En {days} días con «{subject}» tu ánimo fue de {with} de media; en los demás, de {without}.",
    ),
    "activity_down": (
        "El ánimo en días con «{subject}»",
        "En {days} días con «{subject}» tu ánimo fue de {with} de media; en los demás, de {without}.",
    ),
    "mood_and_sleep_up": (
        "Dormir más y mejor ánimo coinciden",
        "En {days} días con ambos registros, las noches más largas y el ánimo más alto solían coincidir.",
    ),
    "mood_and_sleep_down": (
        "Dormir más y ánimo más bajo coinciden",
        "En {days} días con ambos registros, las noches más largas y el ánimo más bajo solían coincidir.",
    ),
    "mood_and_exercise_up": (
        "Más movimiento y mejor ánimo coinciden",
        "En {days} días con ambos registros, más ejercicio y un ánimo más alto solían coincidir.",
    ),
    "mood_and_exercise_down": (
        "Más movimiento y ánimo más bajo coinciden",
        "En {days} días con ambos registros, más ejercicio y un ánimo más bajo solían coincidir.",
    ),
    "words_up": (
        "Las palabras de tu diario son más ligeras",
        "En {days} días de escritura, las palabras ligeras fueron ganando terreno a las pesadas."
        " Se cuentan con una lista corta que nadie ha validado: no dice nada de cómo estás.",
    ),
    "words_down": (
        "Las palabras de tu diario son más pesadas",
        "En {days} días de escritura, las palabras pesadas fueron ganando terreno a las ligeras."
        " Se cuentan con una lista corta que nadie ha validado: no dice nada de cómo estás.",
    ),
    "measure_up": ("Sube: {subject}", "En {days} días con valor subió unos {per_week} por semana."),
    "measure_down": ("Baja: {subject}", "En {days} días con valor bajó unos {per_week} por semana."),
    "measure_silent": (
        "Sin registrar desde hace tiempo: {subject}",
        "El último valor es de hace {days} días. No se supone nada de los días intermedios.",
    ),
    "goal_reached": ("Alcanzaste una meta: {subject}", "Lo que registraste está donde querías llegar."),
}
NATURE = {
    "en": "This is counted from what you logged. It shows what went together, not why, and it is no medical"
    " judgement.",
    "es": "Se calcula a partir de lo que registraste. Muestra qué coincidió, no por qué, y no es un juicio"
    " médico.",
}
TEXTS = {"en": ENGLISH, "es": SPANISH}
SUBJECTS: dict[str, dict[str, str]] = {
    "en": {
        "heart_rate": "heart rate (bpm)",
        "resting_heart_rate": "resting heart rate (bpm)",
        "sleep_hours": "hours of sleep",
        "steps": "steps",
        "weight": "weight (kg)",
        "glucose": "glucose (mmol/L)",
        "temperature": "temperature (°C)",
        "systolic": "systolic blood pressure (mmHg)",
        "diastolic": "diastolic blood pressure (mmHg)",
        "weight_loss": "weight loss",
        "better_sleep": "better sleep",
        "more_exercise": "more exercise",
        "stress_reduction": "stress reduction",
        "better_nutrition": "better nutrition",
        "other": "other",
    },
    "es": {
        "heart_rate": "frecuencia cardíaca (lpm)",
        "resting_heart_rate": "frecuencia cardíaca en reposo (lpm)",
        "sleep_hours": "horas de sueño",
        "steps": "pasos",
        "weight": "peso (kg)",
        "glucose": "glucosa (mmol/L)",
        "temperature": "temperatura (°C)",
        "systolic": "presión sistólica (mmHg)",
        "diastolic": "presión diastólica (mmHg)",
        "weight_loss": "perder peso",
        "better_sleep": "dormir mejor",
        "more_exercise": "más ejercicio",
        "stress_reduction": "menos estrés",
        "better_nutrition": "mejor alimentación",
        "other": "otra",
    },
}


def worded(finding: Finding, locale: str) -> tuple[str, str]:
    """Return a finding's title and body in the language of `locale`, English where it is none of ours."""
    spoken = locale[:2] if locale[:2] in TEXTS else "en"
    title, body = TEXTS[spoken][finding.kind]
    # What somebody typed is put in as it is: `format_map` reads no braces in values.
    values = {name: _number(value, spoken) for name, value in finding.numbers.items()}
    values["subject"] = SUBJECTS[spoken].get(finding.subject, finding.subject)
    return title.format_map(values), f"{body.format_map(values)} {NATURE[spoken]}"


def _number(value: float, spoken: str) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".") if value < 100 else f"{value:.0f}"
    return text.replace(".", ",") if spoken == "es" else text
