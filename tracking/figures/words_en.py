"""English words of a journal: what they weigh, what they are for. Our own list, made for this house.

A weight is 1 for a mild word, 2 for a plain one, 3 for a strong one. It is a small list on purpose: of what
it does not know it says nothing.
"""

from tracking.figures.wordlist import Wordlist, listed, weighed

ENGLISH = Wordlist(
    weights=weighed(
        {
            3: """amazing wonderful fantastic excellent overjoyed thrilled ecstatic blissful
                delighted brilliant love loved adore joyful""",
            2: """happy happier glad grateful thankful proud hopeful cheerful excited enjoyed
                enjoy enjoying fun laughed laughing laugh smiled smiling great lovely
                beautiful peaceful relaxed confident strong energetic refreshed rested
                content joy pleased success succeeded celebrate celebrated safe loving
                supported encouraged motivated inspired proudly""",
            1: """good better best nice calm calmer fine okay ok pleasant pleased easy easier
                relief relieved improved improving progress managed coped comfortable warm
                kind helpful helped hope steady interesting manageable well quiet gentle
                cozy friendly""",
            -1: """tired bored boring dull meh slow busy worried worry worrying nervous
                restless tense sore unsure stressed difficult hard annoyed annoying grumpy
                uneasy low exhausting confused awkward lonely missed guilty distracted
                sleepy weak shaky""",
            -2: """sad sadder unhappy bad worse angry upset anxious anxiety afraid scared fear
                fearful hurt hurts pain painful sick ill exhausted drained frustrated crying
                cried cry ashamed shame alone empty stuck failed failure argued argument
                fight ugly numb overwhelmed panicked panic dread dreading hate hated
                rejected useless sorry""",
            -3: """terrible horrible awful miserable hopeless worthless devastated despair
                desperate worst unbearable agony terrified depressed depressing suicidal
                nightmare broken helpless""",
        }
    ),
    negations=listed(
        """not no never none nobody nothing neither nor cannot can't cant don't dont doesn't doesnt
        didn't didnt isn't isnt wasn't wasnt aren't arent weren't werent won't wont wouldn't
        wouldnt couldn't couldnt shouldn't hardly barely without"""
    ),
    stronger=listed(
        """very really extremely so too incredibly absolutely completely totally deeply especially
        super"""
    ),
    weaker=listed("""slightly somewhat little bit rather fairly kinda partly mildly almost"""),
    empty=listed(
        """a about after again all also am an and any are around as at back be because been before
        being but by came can come could day did do does doing done down each even ever every
        felt feel feeling few first for from get getting go going got had has have having he her
        here hers him his how i i'm im i've if in into is it it's its itself just know last left
        let like long lot made make many may me might more most much must my myself near need
        new next now of off often on once one only or other our out over own put rather said
        same saw say see she should since some something still such take than that that's the
        their them then there these they thing things think this those though thought through
        till time to today together tomorrow tonight too took two under until up upon us use was
        way we week went were what when where which while who why will with woke would yesterday
        yet you your morning evening afternoon night very really day days weeks minutes hours
        hour"""
    ),
    coping={
        "breathing": "breathing breathed breathe breaths inhale exhale",
        "mindfulness": "meditated meditation meditate mindful mindfulness yoga bodyscan grounding grounded",
        "movement": "walk walked walking run ran running jog jogged swim swam swimming cycled cycling "
        "gym stretched stretching exercise exercised danced dancing hike hiked",
        "talking": "talked talking called phoned chatted spoke therapist therapy counsellor counselor shared",
        "rest": "rested nap napped bath shower pause paused break unplugged",
        "nature": "park forest garden river sea lake beach outdoors trees woods",
        "creative": "painted painting drew drawing music sang singing piano guitar wrote writing "
        "knitted knitting baked baking cooked cooking",
        "planning": "planned planning list organised organized scheduled schedule routine prioritised",
        "reading": "read reading book novel",
        "gratitude": "grateful gratitude thankful appreciate appreciated",
    },
)
