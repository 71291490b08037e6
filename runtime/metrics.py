"""What `/metrics` shows. Labels are closed lists: never a person, a room or an address."""

from prometheus_client import Counter, Gauge, Histogram

sockets = Gauge("hearth_sockets", "Open sockets.", ["path"])
sockets_opened = Counter("hearth_sockets_opened", "Sockets opened.", ["path"])
sockets_closed = Counter("hearth_sockets_closed", "Sockets closed, by close code.", ["code"])
events = Counter("hearth_events", "Events stored.", ["kind"])
deliveries = Counter("hearth_deliveries", "Events handed to connections.")
send_to_deliver = Histogram(
    "hearth_send_to_deliver_seconds",
    "From a send's arrival to its event in the outbox of a connection of the same process.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
batch_size = Histogram(
    "hearth_commit_batch_items",
    "Items stored in one transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
commit_seconds = Histogram(
    "hearth_commit_seconds",
    "One group commit.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
cursors_behind = Gauge("hearth_cursors_behind", "Cursors that are behind their stream's head.")
refusals = Counter("hearth_refusals", "Commands refused, by error code.", ["code"])
unscreened = Gauge("hearth_unscreened", "Messages that wait for a classifier's opinion.")
scored = Counter("hearth_scored", "Messages scored by the classifier, by way: inline or late.", ["way"])
scoring_batch = Histogram(
    "hearth_scoring_batch_messages",
    "Messages scored in one call of the model.",
    buckets=(1, 2, 4, 8, 16, 32, 64),
)
scoring_seconds = Histogram(
    "hearth_scoring_seconds",
    "One call of the model.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5),
)
score_wait_seconds = Histogram(
    "hearth_score_wait_seconds",
    "From the question to the score, by way.",
    ["way"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5),
)
scores_missed = Counter("hearth_scores_missed", "Messages asked about inline that had no score in time.")
scores_given_up = Counter("hearth_scores_given_up", "Messages that waited for a score until it was too late.")
late_flags = Counter(
    "hearth_late_flags", "Messages flagged by a score that came after them, by level.", ["level"]
)
late_seconds = Histogram(
    "hearth_late_flag_seconds",
    "From a message to the flag its late score brought.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600),
)
cases = Gauge("hearth_cases", "Open cases, by level.", ["level"])
cases_opened = Counter("hearth_cases_opened", "Cases opened, by level.", ["level"])
notices = Counter(
    "hearth_notices", "Messages out of the house, by channel and outcome.", ["channel", "outcome"]
)
jobs = Counter("hearth_jobs", "Jobs finished, by name and outcome.", ["name", "outcome"])
jobs_waiting = Gauge("hearth_jobs_waiting", "Jobs that are due and not taken.")
requests = Counter("hearth_http_requests", "HTTP answers, by method and status.", ["method", "status"])
request_seconds = Histogram("hearth_http_request_seconds", "HTTP requests, by method.", ["method"])
cache_requests = Counter(
    "hearth_cache_requests", "Answers asked of a shelf, by shelf and outcome.", ["cache", "outcome"]
)
layer_failures = Counter("hearth_layer_failures", "Hints that the channel layer did not take or give.")
catch_ups = Counter("hearth_catch_ups", "Times a hub read the log because a hint was missing.")
