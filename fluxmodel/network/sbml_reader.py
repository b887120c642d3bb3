"""A small streaming reader of SBML Level 3 with flux balance constraints (fbc), without cobra.

It serves the parent model, 34 MB that libsbml and cobra take a minute for, and the comparison of
a written file with the tables, which must not depend on the writer's version.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO
from xml.parsers import expat

from fluxmodel.errors import ModelError, Problem, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.gpr import NO_RULE, Rule, all_of, any_of, gene
from fluxmodel.network.rows import Annotation
from fluxmodel.network.sbml_values import SbmlGene, SbmlModel, SbmlReaction, SbmlSpecies

MAX_BYTES = 400_000_000  # unpacked; Human-GEM has 34 MB, Recon3D 25 MB
_CHUNK = 1 << 20

_CORE = "http://www.sbml.org/sbml/level3/version1/core|"
_FBC = "http://www.sbml.org/sbml/level3/version1/fbc/version2|"
_GROUPS = "http://www.sbml.org/sbml/level3/version1/groups/version1|"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#|"
_CODED = re.compile(r"__(\d+)__")  # cobra writes "-" in an id as __45__


def read_sbml(path: str | Path) -> SbmlModel:
    """Read ``.xml`` or ``.xml.gz``.

    Raises
    ------
    ModelError
        FM417 if the file is missing, too large, not XML, has a DOCTYPE, or is not SBML Level 3
        Version 1 with fbc version 2.
    """
    path = Path(path)
    name = str(path)
    where = Where(name)
    if refusal := _no_file(path):
        raise ModelError(Problem("FM417", refusal[0], where, refusal[1]))
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as packed:
                return _Reader(name).read(packed)  # type: ignore[arg-type]
        with path.open("rb") as plain:
            return _Reader(name).read(plain)
    except (OSError, EOFError) as error:
        raise ModelError(Problem("FM417", f"cannot be read: {error}", where)) from None


def parse_sbml(text: str | bytes, name: str = "SBML") -> SbmlModel:
    """Read SBML from memory; see `read_sbml`."""
    return _Reader(name).read(io.BytesIO(text.encode("utf-8") if isinstance(text, str) else text))


def _no_file(path: Path) -> tuple[str, str] | None:
    """Why `path` cannot be read as a file, and the cure; None if it can be tried."""
    try:
        if path.is_file():
            return None
        if path.is_dir():
            inside = sorted(p.name for p in path.iterdir() if p.name.endswith((".xml", ".xml.gz")))
            such = f", such as {path / inside[0]}" if inside else ": it holds no .xml"
            return "this is a folder, not a file", f"name the file in it{such}"
        if path.exists():
            return "this is a pipe or a device, not a file", "write the SBML into a file and name that"
        if path.is_symlink():
            return "a link that leads nowhere", "repair the link, or name the file itself"
        if not path.parent.is_dir():
            return "no such file", f"there is no folder {path.parent}"
        beside = (p.name for p in path.parent.iterdir() if p.name != path.name)
        return "no such file", nearest(path.name, beside) or f"looked for it in {path.parent.absolute()}"
    except (OSError, RuntimeError, ValueError) as error:  # no permission; a link loop; a NUL in the name
        return f"cannot be read: {error}", "check the name and the permissions"


def _plain(id: str, prefix: str) -> str:
    bare = id.removeprefix(prefix)
    return _CODED.sub(lambda m: chr(int(m.group(1))), bare) if "__" in bare else bare


class _Reader:
    """Collects what expat reports; one instance per file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parser = expat.ParserCreate(namespace_separator="|")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.depth = 0
        self.id = self.title = ""
        self.compartments: dict[str, str] = {}
        self.species: dict[str, SbmlSpecies] = {}
        self.reactions: dict[str, SbmlReaction] = {}
        self.genes: dict[str, SbmlGene] = {}
        self.parameters: dict[str, float] = {}
        self.objectives: dict[str, dict[str, float]] = {}
        self.active = ""
        self.subsystems: dict[str, str] = {}
        self.group = ""
        self.item: dict[str, str] = {}
        self.annotation: dict[str, list[str]] = {}
        self.sides: dict[str, float] = {}
        self.side = 0.0
        self.rules: list[list[Rule]] = []
        self.rule = NO_RULE
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            _CORE + "model": self._model,
            _CORE + "compartment": self._compartment,
            _CORE + "species": self._begin,
            _CORE + "reaction": self._begin,
            _FBC + "geneProduct": self._begin,
            _CORE + "parameter": self._parameter,
            _CORE + "listOfReactants": lambda _: self._side(-1.0),
            _CORE + "listOfProducts": lambda _: self._side(1.0),
            _CORE + "speciesReference": self._reference,
            _FBC + "geneProductAssociation": self._open_rule,
            _FBC + "and": self._open_rule,
            _FBC + "or": self._open_rule,
            _FBC + "geneProductRef": self._gene_reference,
            _FBC + "listOfObjectives": self._objectives,
            _FBC + "objective": self._objective,
            _FBC + "fluxObjective": self._flux_objective,
            _GROUPS + "group": self._group,
            _GROUPS + "member": self._member,
            _RDF + "li": self._resource,
        }
        self.ends: dict[str, Callable[[], None]] = {
            _CORE + "species": self._end_species,
            _CORE + "reaction": self._end_reaction,
            _FBC + "geneProduct": self._end_gene,
            _FBC + "and": lambda: self._close_rule(all_of),
            _FBC + "or": lambda: self._close_rule(any_of),
            _FBC + "geneProductAssociation": self._end_association,
        }

    def refuse(self, what: str, cure: str = "") -> ModelError:
        where = Where(self.name, self.parser.CurrentLineNumber)
        return ModelError(Problem("FM417", what, where, cure))

    def read(self, stream: IO[bytes]) -> SbmlModel:
        size = 0
        try:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise self.refuse(f"more than {MAX_BYTES:,} bytes")
                self.parser.Parse(chunk, False)
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self.refuse(f"not XML: {expat.ErrorString(error.code)}") from None
        except (KeyError, ValueError, IndexError) as error:
            raise self.refuse(f"not the SBML that is expected: {error!r}") from None
        stoichiometric = self.objectives.get(self.active) or next(iter(self.objectives.values()), {})
        return SbmlModel(
            self.id,
            self.title,
            FrozenMap(self.compartments),
            FrozenMap(self.species),
            FrozenMap(self.reactions),
            FrozenMap(self.genes),
            FrozenMap(stoichiometric),
            FrozenMap(self.subsystems),
        )

    def _doctype(self, *_: object) -> None:
        raise self.refuse("an XML file with a DOCTYPE is refused", "remove the <!DOCTYPE ...>")

    def _entity(self, *_: object) -> None:
        raise self.refuse("an XML file with entity declarations is refused")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0 and name != _CORE + "sbml":
            raise self.refuse("not SBML Level 3 Version 1", "convert it, for instance with cobra")
        self.depth += 1
        handle = self.starts.get(name)
        if handle is not None:
            handle(attributes)

    def _end(self, name: str) -> None:
        handle = self.ends.get(name)
        if handle is not None:
            handle()

    def _model(self, a: dict[str, str]) -> None:
        self.id, self.title = a.get("id", ""), a.get("name", "")

    def _compartment(self, a: dict[str, str]) -> None:
        self.compartments[a["id"]] = a.get("name", "")

    def _parameter(self, a: dict[str, str]) -> None:
        self.parameters[a["id"]] = float(a["value"])

    def _begin(self, a: dict[str, str]) -> None:
        self.item, self.annotation, self.sides, self.rule = a, {}, {}, NO_RULE

    def _side(self, sign: float) -> None:
        self.side = sign

    def _reference(self, a: dict[str, str]) -> None:
        species = _plain(a["species"], "M_")
        amount = self.side * float(a.get("stoichiometry", "1"))
        self.sides[species] = self.sides.get(species, 0.0) + amount

    def _resource(self, a: dict[str, str]) -> None:
        namespace, _, value = a.get(_RDF + "resource", "").partition("identifiers.org/")[2].partition("/")
        if value:
            self.annotation.setdefault(namespace, []).append(value)

    def _open_rule(self, _: dict[str, str]) -> None:
        self.rules.append([])

    def _gene_reference(self, a: dict[str, str]) -> None:
        self.rules[-1].append(gene(_plain(a[_FBC + "geneProduct"], "G_")))

    def _close_rule(self, join: Callable[[list[Rule]], Rule]) -> None:
        rule = join(self.rules.pop())
        self.rules[-1].append(rule)

    def _end_association(self) -> None:
        self.rule = self.rules.pop()[0]

    def _ids(self) -> Annotation:
        return FrozenMap({namespace: tuple(values) for namespace, values in self.annotation.items()})

    def _end_species(self) -> None:
        a = self.item
        id = _plain(a["id"], "M_")
        charge = a.get(_FBC + "charge")
        self.species[id] = SbmlSpecies(
            id,
            a.get("name", ""),
            a["compartment"],
            a.get(_FBC + "chemicalFormula", ""),
            None if charge is None else int(charge),
            self._ids(),
            a.get("sboTerm", ""),
        )

    def _end_reaction(self) -> None:
        a = self.item
        id = _plain(a["id"], "R_")
        self.reactions[id] = SbmlReaction(
            id,
            a.get("name", ""),
            FrozenMap({m: c for m, c in self.sides.items() if c}),
            self.parameters[a[_FBC + "lowerFluxBound"]],
            self.parameters[a[_FBC + "upperFluxBound"]],
            self.rule,
            self._ids(),
            a.get("sboTerm", ""),
        )

    def _end_gene(self) -> None:
        a = self.item
        id = _plain(a[_FBC + "id"], "G_")
        self.genes[id] = SbmlGene(id, a.get(_FBC + "name", ""), self._ids(), a.get("sboTerm", ""))

    def _objectives(self, a: dict[str, str]) -> None:
        self.active = a.get(_FBC + "activeObjective", "")

    def _objective(self, a: dict[str, str]) -> None:
        self.objectives[a[_FBC + "id"]] = {}

    def _flux_objective(self, a: dict[str, str]) -> None:
        reaction = _plain(a[_FBC + "reaction"], "R_")
        self.objectives[next(reversed(self.objectives))][reaction] = float(a[_FBC + "coefficient"])

    def _group(self, a: dict[str, str]) -> None:
        self.group = a.get(_GROUPS + "name", "")

    def _member(self, a: dict[str, str]) -> None:
        self.subsystems[_plain(a[_GROUPS + "idRef"], "R_")] = self.group
