"""The rooms a new house opens with."""

from dataclasses import dataclass

from chat import rooms


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic and its titles by language."""

    slug: str
    titles: dict[str, str]


TOPICS = (
    Topic("anxiety", {"en": "Anxiety", "es": "Ansiedad"}),
    Topic("low-mood", {"en": "Low mood", "es": "Ánimo bajo"}),
    Topic("sleep", {"en": "Sleep", "es": "Sueño"}),
    Topic("epilepsy", {"en": "Living with epilepsy", "es": "Vivir con epilepsia"}),
    Topic("caring", {"en": "Caring for someone", "es": "Cuidar de alguien"}),
    Topic("talking", {"en": "Just talking", "es": "Solo hablar"}),
)
FIRST_LANGUAGE = "en"  # its rooms have the topic's bare slug; `sleep-es` is the Spanish one


def seed() -> list[str]:
    """Make the default rooms that are not there yet; return their slugs. Synchronous."""
    made = []
    # Backwards, because lists show the newest first.
    for language in ("es", FIRST_LANGUAGE):
        for topic in reversed(TOPICS):
            slug = topic.slug if language == FIRST_LANGUAGE else f"{topic.slug}-{language}"
            if rooms.find(slug) is None:
                rooms.create(slug=slug, topic=topic.slug, title=topic.titles[language], language=language)
                made.append(slug)
    return made
