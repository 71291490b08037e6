"""The doors of casework, under `/api/v1/`."""

from django.urls import path

from moderation.doors import appeals, cases, duty

BASE = "api/v1/moderation/"
CASE = f"{BASE}cases/<str:case_id>/"

urlpatterns = [
    path(f"{BASE}duty/", duty.Duty.as_view(), name="moderation-duty"),
    path(f"{BASE}stats/", duty.Stats.as_view(), name="moderation-stats"),
    path(f"{BASE}cases/", cases.Cases.as_view(), name="moderation-cases"),
    path(f"{BASE}cases/next/", cases.Next.as_view(), name="moderation-next"),
    path(CASE, cases.CaseItem.as_view(), name="moderation-case"),
    path(f"{CASE}context/", cases.CaseContext.as_view(), name="moderation-context"),
    path(f"{CASE}claim/", cases.Claim.as_view(), name="moderation-claim"),
    path(f"{CASE}renew/", cases.Renew.as_view(), name="moderation-renew"),
    path(f"{CASE}release/", cases.Release.as_view(), name="moderation-release"),
    path(f"{CASE}wait/", cases.Wait.as_view(), name="moderation-wait"),
    path(f"{CASE}act/", cases.Act.as_view(), name="moderation-act"),
    path(f"{CASE}undo/", cases.Undo.as_view(), name="moderation-undo"),
    path(f"{CASE}decide/", cases.Decide.as_view(), name="moderation-decide"),
    path(f"{CASE}escalate/", cases.Escalate.as_view(), name="moderation-escalate"),
    path(f"{BASE}reports/", appeals.Reports.as_view(), name="moderation-reports"),
    path(f"{BASE}appeals/", appeals.Appeals.as_view(), name="moderation-appeals"),
    path(f"{BASE}appeals/<uuid:appeal_id>/", appeals.AppealItem.as_view(), name="moderation-appeal"),
    path(f"{BASE}appeals/<uuid:appeal_id>/decide/", appeals.DecideAppeal.as_view(), name="decide-appeal"),
    path("api/v1/appeals/", appeals.MakeAppeal.as_view(), name="appeals"),
]
