"""`python -m service.cli` is the command `ordna`."""

import sys

from service.cli import main

sys.exit(main())
