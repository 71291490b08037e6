"""What the server-rendered pages say, in English."""

TEXTS = {
    "title": "Hearth: talk with people who understand",
    "skip": "Skip to the content",
    "skip_box": "Skip to the message box",
    "help_now": "Help now",
    "exit": "Exit",
    "exit_title": "Leaves at once and clears this page. Or press Shift three times.",
    "other_language": "Español",
    "hero": "You don’t have to sit with it alone",
    "hero_sub": "Talk with people who have been there. No name, no e-mail, no cost.",
    "match": "Talk with one person",
    "match_sub": "Just two of you. Either can leave any time.",
    "match_topic": "What is it about?",
    "match_seek": "I want to talk",
    "match_listen": "I can listen",
    "match_name": (
        "You get a new name, like Quiet Heron. Nobody can tell who you are from it, and it differs in "
        "every room."
    ),
    "waiting_seeker": "Looking for someone to listen",
    "waiting_listener": "Looking for someone who wants to talk",
    "waiting_for": "You have waited",
    "waiting_next_seeker": (
        "After half a minute we also ask people who, like you, want to talk. You can read in a room "
        "meanwhile: we’ll call you."
    ),
    "waiting_next_listener": (
        "You can read in a room meanwhile: we’ll call you as soon as someone wants to talk."
    ),
    "waiting_stop": "Stop looking",
    "match_failed": "That did not work just now. Nothing of yours is lost; try again in a moment.",
    "rooms": "Or join a room",
    "rooms_other": "Rooms in Spanish",
    "rooms_none": "No room is open right now. You can still talk with one person.",
    "here": "here",
    "your_rooms": "Your rooms",
    "open_now": "Open now",
    "promise_fade": "Messages fade: after a month in most rooms, sooner in some.",
    "promise_screen": "A program looks for danger in each message. Trained people decide.",
    "promise_peers": "People here are peers, not doctors. Nothing here is a diagnosis.",
    "theme": "Light or dark",
    "theme_auto": "Auto",
    "theme_light": "Light",
    "theme_dark": "Dark",
    "need_script": "The rooms need JavaScript to run. Help now works without it.",
    "room_title": "Room",
    "connecting": "Opening the room",
    "write": "Write a message",
    "send": "Send",
    "back_rooms": "Back to the rooms",
    "help_title": "Help now",
    "help_lead": (
        "Real people, trained for this, ready to listen. You don’t have to be sure it is bad enough."
    ),
    "help_danger": (
        "If you or someone else is in danger right now, call the emergency number where you are. It "
        "works from any phone."
    ),
    "help_where": "Where are you?",
    "help_call": "Call",
    "help_text": "Text",
    "help_open": "Open",
    "help_any": "In any country",
    "help_back": "Back to Hearth",
    "lost_title": "This page is not here",
    "lost": "It may have closed, or the address has a slip in it.",
    "lost_back": "To the rooms",
    "app_title": "Let an app in",
    "app_asks": "asks to act for you. It would be allowed to:",
    "app_how": "You can end this at any time by signing out here, or by choosing a new password. It never "
    "sees your password.",
    "app_yes": "Allow",
    "app_no": "Refuse",
    "app_fault": "This app cannot be let in",
    "app_fault_why": "It did not ask in a way that keeps you safe. Nothing was shared. Tell whoever made it: "
    "",
    "app_scope_openid": "Know that it is you",
    "app_scope_profile": "See your username",
    "app_scope_email": "See your e-mail address",
    "app_scope_tracking_read": "Read what you log of your days, and what others share with you",
    "app_scope_tracking_write": "Log and change entries for you",
    "app_scope_moderation": "Moderate as you",
}

TOPIC_LINES = {
    "anxiety": "Worry, panic, a racing mind",
    "low-mood": "When everything is grey or heavy",
    "sleep": "Awake when you’d rather not be",
    "epilepsy": "Seizures, medicines, every day",
    "caring": "A partner, a parent, a child",
    "talking": "Nothing special, company",
}
