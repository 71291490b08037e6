"""`python -m hearth_client`: the terminal chat."""

import sys

from hearth_client.terminal.main import main

sys.exit(main())
