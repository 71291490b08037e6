"""What screening says of a message on its way: the rules at once, the classifier where they are unsure."""

from dataclasses import dataclass, replace

from chat.context import recent
from chat.memberships import Membership
from moderation import scoring
from moderation.backlog import rows
from moderation.backlog.rows import Owed
from moderation.classifiers.port import Sample, Turn
from moderation.policy.asking import Ask, ask
from moderation.policy.verdict import Verdict
from moderation.screening import screen
from protocol.commands import Send
from streams.refs import Stored
from streams.transaction import Tx


@dataclass(slots=True)
class Screened:
    """A message with its verdict so far. `owed`: what a score is still to come for, and None once it has."""

    verdict: Verdict
    when: Ask
    sample: Sample
    owed: bool

    async def score(self) -> None:
        """Take the score in that comes within the budget; else the rules decide, and it is owed."""
        scored = await scoring.within_budget(self.sample)
        if scored is None:
            return
        self.owed = False
        if scored.scores is None:  # the model cannot read it after all
            self.verdict = replace(self.verdict, unscored=False)
            return
        self.verdict = screen(
            self.sample.text,
            context=[turn.text for turn in self.sample.context],
            language=self.sample.language,
            scores=scored.scores,
            model_version=scored.model_version,
        )

    def owe(self, tx: Tx, stored: Stored, sender: Membership) -> None:
        """Write with the message that it is owed a score, where it is. In its transaction."""
        if self.owed:
            said = self.verdict
            owed = Owed(
                stored.event_id,
                stored.stream,
                sender.slug,
                sender.member_id,
                stored.at,
                self.sample,
                unmatched=not (said.reasons or said.quiet or said.shadow),
            )
            rows.owe(tx, owed)


def by_rules(command: Send, sender: Membership) -> Screened:
    """Return what the rules say of a message in the light of the sender's last ones. In microseconds."""
    before = recent.add(sender.member_id, command.client_id, command.text)
    verdict = screen(command.text, context=before, language=sender.language)
    when = ask(verdict, scoring.languages())
    owed = when is not Ask.NOT
    sample = Sample(command.text, tuple(Turn(text) for text in before), verdict.language)
    return Screened(replace(verdict, unscored=True) if owed else verdict, when, sample, owed)
