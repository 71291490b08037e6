"""What the resources take whose entries are not all of one plain time; see `samples`."""

from tests.integration.tracking.samples import SAMPLES as OF_A_TIME
from tests.integration.tracking.samples import Sample, at

JOURNAL = Sample(
    "journal",
    {"at": at(), "text": "Walked by the river."},
    {"tags": ["calm", "river"]},
    {"text": "Walked by the river, twice."},
)
MEDICATION = Sample(
    "medication",
    {"at": at(), "name": "levetiracetam", "status": "taken"},
    {"dose": "500 mg"},
    {"status": "missed"},
)
METRICS = Sample(
    "health-metrics",
    {"recorded_at": at(), "metric_type": "weight", "value": 70.5},
    {"unit": "kg", "context": "after breakfast"},
    {"value": 71},
    (("value", 0.9, 1, 700), ("value", 701, 1, 700)),
    when="recorded_at",
    computed={"unit": "kg"},
)
GOALS = Sample(
    "health-goals",
    {"goal_type": "weight_loss", "start_value": 80, "target_value": 70},
    {
        "target_date": "2027-06-01",
        "description": "slowly",
        "current_value": 75,
        "status": "completed",
        "priority": "high",
    },
    {"current_value": 72},
    when="",
    computed={"status": "active", "priority": "medium", "progress": None},
    others={"created_at"},
    follows={"progress": 0.8},
)
INSIGHTS = Sample(
    "health-insights",
    {"title": "Sleep", "body": "You sleep longer after walks.", "severity": "low", "rank": 2},
    {"related_metrics": ["sleep_hours", "steps"]},
    {"rank": 3},
    (("rank", 0, 1, 5), ("rank", 6, 1, 5)),
    when="",
    computed={"related_metrics": [], "is_read": False},
    others={"created_at"},
    methods=("PUT",),
)

SAMPLES = (*OF_A_TIME, JOURNAL, MEDICATION, METRICS, GOALS, INSIGHTS)
