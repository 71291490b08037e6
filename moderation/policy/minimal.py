"""The built-in list: what is still seen when the rules files cannot be read at all."""

from typing import Final

MINIMAL: Final = """
schema: 1
language: mul
version: "built-in"
rules:
  - id: builtin.self.intent
    version: 1
    mode: live
    owner: engineering
    category: self_risk
    level: L3
    on_unknown: no
    any:
      - "(kill|killing|hang|hanging|shoot|shooting|drown|drowning) myself"
      - "(end|ending|take|taking) my (own)? life"
      - "(want|going|ready|decided) to die"
      - "(wanna|gonna) die"
      - "(dont|do not) want to (live|be alive|wake up)"
      - "(im|am|feel|feeling) suicidal"
      - "my suicide"
      - "kms"
      - "(quiero|voy a) (morir|morirme|matarme|suicidarme)"
      - "(me quiero|me voy a) (morir|matar|suicidar)"
      - "(quitarme|acabar con mi|terminar con mi) (la)? vida"
      - "no quiero (vivir|seguir viviendo)"
    match: ["i want to die", "quiero morirme"]
    no_match: ["this exam is killing me", "me muero de risa"]
  - id: builtin.self.now
    version: 1
    mode: live
    owner: engineering
    category: self_risk
    level: L4
    on_unknown: no
    any:
      - "kill myself (tonight|today|now|right now)"
      - "(took|swallowed|taken) (all the|all my|all of my|a lot of|too many) (pills|tablets|meds)"
      - "(me voy a matar|voy a matarme) (hoy|ahora|ya|esta noche)"
      - "(me tome|he tomado) todas las pastillas"
    match: ["i will kill myself tonight", "me tomé todas las pastillas"]
    no_match: ["i took my pills this morning", "tomé una pastilla"]
  - id: builtin.harm.encouragement
    version: 1
    mode: live
    owner: engineering
    category: threat
    level: H
    on_unknown: no
    any: ["^ (go|just)? kill yourself", "^ kys", "^ matate", "^ suicidate"]
    match: ["kys", "mátate"]
    no_match: ["please dont kill yourself"]
"""
