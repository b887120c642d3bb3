"""fluxmodel show, fluxmodel list"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import guard


def show(
    what: Annotated[
        str,
        typer.Argument(
            help="reaction, gene, metabolite, catalyst, drug, medium, condition, cell, parameter; or any id."
        ),
    ],
    id: Annotated[str | None, typer.Argument(help="The id; a kind alone lists its ids.")] = None,
    model: o.Model = None,
    folders: o.In = None,
    as_json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Look a reaction, gene, metabolite, drug, medium, condition, cell or parameter up.

    Example: fluxmodel show reaction GLUNm
    """
    with guard(debug):
        from fluxmodel.cli.output import Sink, check_open, to_json
        from fluxmodel.questions.show import show as look_up

        check_open()
        found = look_up(model, what, id, folders=tuple(folders or ()))
        if as_json:
            items = [item.to_dict() for item in found]
            Sink("json").write(to_json(items[0] if len(items) == 1 else {"items": items}))
            return
        blocks = []
        for item in found:
            width = max((len(label) for label, _ in item.facts), default=0)
            head = f"every {item.kind}" if id is None and item.id == "all" else f"{item.kind} {item.id}"
            lines = [head, *(f"  {label:<{width}}  {text}" for label, text in item.facts)]
            blocks.append("\n".join(lines))
        Sink("text").write("\n\n".join(blocks))


def list_(
    kind: Annotated[str, typer.Argument(help="conditions, media, cells or drugs.")] = "conditions",
    model: o.Model = None,
    folders: o.In = None,
    debug: o.Debug = False,
) -> None:
    """List the conditions, media, cells or drugs that can be named, one line each.

    Example: fluxmodel list media
    """
    with guard(debug):
        from fluxmodel.cli.output import Sink
        from fluxmodel.condition import described
        from fluxmodel.errors import InputError, Problem, nearest

        kinds: dict[str, Any] = {"conditions": "condition", "media": "medium", "cells": "cell"}
        kinds |= {name: name for name in kinds.values()}
        known = [*kinds, "drugs", "drug"]
        if kind not in known:
            cure = nearest(kind, known) or "known: conditions, media, cells, drugs"
            raise InputError(Problem("FM530", f"{kind!r} is not a kind of thing", cure=cure))
        if kind in kinds:
            names = described(kinds[kind], tuple(folders or ()))
        else:
            from fluxmodel.questions.drugs import drugs

            names = drugs(model)
        width = max(map(len, names), default=0)
        Sink("text").write("\n".join(f"{id:<{width}}  {line}".rstrip() for id, line in names.items()))
