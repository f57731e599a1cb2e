"""`python -m portulan` is the command `portulan`."""

from portulan.cli import main

raise SystemExit(main())
