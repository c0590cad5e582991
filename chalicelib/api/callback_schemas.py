"""What goes over the wire where somebody wants to be called back."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.api.schemas import Language, Name


class CallbackRequest(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Whom to call, at which number, and when it suits. `website` is filled by programs only, and not looked at: nothing could
    be confirmed first here, and nobody is refused for it."""

    name: Name
    phone: Annotated[str, Meta(max_length=40)]
    when: Annotated[str, Meta(max_length=200)] | None = None
    language: Language | None = None
    proof: Annotated[str, Meta(max_length=1024)] | None = None
    website: Annotated[str, Meta(max_length=200)] | None = None


class CallbackMade(Struct):
    id: str
