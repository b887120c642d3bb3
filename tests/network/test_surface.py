"""What the room offers, and what importing it must not cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import fluxmodel.network as network

ROOT = Path(network.__file__).resolve().parents[2]


def test_the_surface_is_a_list():
    assert sorted(network.__all__, key=str.casefold) == sorted(set(network.__all__), key=str.casefold)
    assert all(hasattr(network, name) for name in network.__all__)


def test_importing_and_loading_leave_heavy_packages_alone(tmp_path):
    code = (
        "import sys; from pathlib import Path; from tests.network import toy;"
        "toy.build(Path(sys.argv[1])).digest;"
        "heavy = {'cobra', 'libsbml', 'pandas', 'scipy', 'optlang'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)


def test_files_stay_readable():
    for file in (ROOT / "fluxmodel" / "network").rglob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 300, file.name
