"""``python -m fluxmodel``"""

from __future__ import annotations

from fluxmodel.cli.main import main

if __name__ == "__main__":
    main()
