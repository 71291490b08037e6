"""What moderation erases for one person: what they wrote to moderators about others' messages."""

from uuid import UUID

from accounts import sealed
from accounts.registries import eraser
from moderation.models import Appeal, Case, CaseTalk, Report


@eraser("moderation")
def erase(person_id: UUID) -> None:
    """Empty the notes of the person's reports; one of a case not closed yet goes when that closes.

    What they and moderators wrote each other, and what they said against a decision, goes at once.
    """
    members = [member for _, member in sealed.all_members(person_id)]
    for start in range(0, len(members), sealed.CHUNK):
        reports = Report.objects.filter(reporter__in=members[start : start + sealed.CHUNK])
        for report in reports.filter(case__state=Case.State.CLOSED):
            empty_note(report)
        about = Case.objects.filter(member_id__in=members[start : start + sealed.CHUNK])
        for talk in CaseTalk.objects.filter(case__in=about):
            _empty_text(talk)
        for appeal in Appeal.objects.filter(case__in=about):
            _empty_text(appeal)


def _empty_text(said: CaseTalk | Appeal) -> None:
    if said.text:
        said.text = ""
        said.save(update_fields=["text"])


def empty_note(report: Report) -> None:
    """Destroy what a report says in its own words."""
    if report.note:
        report.note = ""
        report.save(update_fields=["note"])
