"""Every number of the protocol, each with where it comes from ("page" is docs/protocol.md)."""

from typing import Final

VERSION: Final = 1
SUBPROTOCOL: Final = "hearth.v1.json"  # page, Sockets: a socket that does not offer it gets 4001

# Frames
FRAME_BYTES: Final = 65_536  # page, Sockets: one client frame; daphne would allow 1 MiB
REPLY_FRAME_BYTES: Final = 262_144  # page, Sockets: one frame from the server, all its lines
TRANSPORT_FRAME_BYTES: Final = 1_048_576  # page, Close codes: only above it may the transport cut (1009)
EVENT_BYTES: Final = 65_536  # ours: 4,000 code points escaped and in UTF-8 stay under a third of it
BAD_FRAMES_IN_A_ROW: Final = 3  # page, Commands: then 4000

# Identifiers
ID_MAX: Final = 2**53 - 1  # page, Ids and frames: the largest integer a JavaScript client keeps exact
CLIENT_ID_MIN: Final = 1  # page, Chat: client_id
CLIENT_ID_MAX: Final = 64  # page, Chat: client_id

# Texts, in code points after cleaning (page, Messages)
TEXT_MIN: Final = 1
TEXT_MAX: Final = 4_000
NOTE_MAX: Final = 1_000
NAME_MIN: Final = 2
NAME_MAX: Final = 32

# History
HISTORY_LIMIT: Final = 50  # page, Chat: history
HISTORY_LIMIT_MAX: Final = 200  # page, Chat: history
MEMBERS_MAX: Final = 200  # page, Chat: members
RESUME_EVENTS: Final = 10_000  # page, Session: a position is at most this many events old

# Session
HELLO_SECONDS: Final = 5.0  # page, Session: then 4110
TICKET_SECONDS: Final = 300  # page, Session: a ticket's life
HEARTBEAT_SECONDS: Final = 25.0  # page, Heartbeat
HEARTBEAT_SPREAD: Final = 0.2  # page, Heartbeat: ± 20 %
PONG_SECONDS: Final = 10.0  # page, Heartbeat: then 4202
IN_FLIGHT: Final = 64  # page, Promise 8 and Limits: the 65th is rate_limited
IN_FLIGHT_RETRY_MS: Final = 1_000  # ours: a command is answered well within a second
REFUSALS: Final = 500  # page, Limits: more on one connection close it with 4101

# Flow control
WINDOW_EVENTS: Final = 1_024  # page, Session: welcome
WINDOW_BYTES: Final = 262_144  # page, Session: welcome
WINDOW_FULL_SECONDS: Final = 30.0  # page, Flow control: then 4108
ACK_SECONDS: Final = 10.0  # page, Flow control: a client acks at least this often while anything is unacked

# Bounds on one person (page, Promise 8)
CONNECTIONS_PER_PERSON: Final = 10
ROOMS_PER_PERSON: Final = 20

# Rates by default: (at once, then per second); RATE_LIMIT_SCALE multiplies all (page, Promises)
SEND_RATE: Final = (20, 1.0)  # per person and room
COMMAND_RATE: Final = (60, 10.0)  # per connection
GUESTS_PER_MINUTE: Final = 60  # per address
SOCKETS_PER_MINUTE_PERSON: Final = 60  # tickets, and sockets
SOCKETS_PER_MINUTE_ADDRESS: Final = 600  # a clinic is one address

# Hints and signals
SWEEP_SECONDS: Final = 5.0  # page, Promise 4: a lost hint delays an event by at most this
PRESENCE_SECONDS: Final = 5.0  # page, Pushes: presence is signalled at most this often
HERE_SECONDS: Final = 30.0  # page, Rooms: `here` changes with a random delay of up to this
LISTENER_WAIT_SECONDS: Final = 30.0  # page, Matching: two seekers are matched after it
SNOOZE_MINUTES_MAX: Final = 10_080  # ours: a week; an alarm put off for longer is an alarm switched off
