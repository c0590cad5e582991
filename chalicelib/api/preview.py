"""What a draft of hours would offer."""

from __future__ import annotations

from chalicelib.api import drafts
from chalicelib.api.draft_schemas import PreviewRequest, PreviewView
from chalicelib.api.http import StaffRequest


def preview_draft(request: StaffRequest, branch: str, body: PreviewRequest) -> PreviewView:
    return drafts.view(request.use_cases.preview().show(branch, drafts.draft(body)))
