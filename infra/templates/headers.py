"""The headers that each path of the site has: on one machine as they stand here, on AWS as CloudFront's policies."""

from __future__ import annotations

from collections.abc import Mapping

from infra.templates.parts import Part, resource, sub

BEHAVIOURS = (("/api/*", "api"), ("/manage.html", "private"), ("/staff/*", "staff"), ("*", "public"))
"""Pattern of a path -> policy. The first that matches decides, as in CloudFront."""
EVERYWHERE = {"Strict-Transport-Security": "max-age=63072000", "X-Content-Type-Options": "nosniff"}
PAGES = EVERYWHERE | {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
OWN = {"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer"}
UNFRAMED = "; frame-ancestors 'none'"


def _sources(connect: str = "'self'") -> str:
    """Nothing but our own files; `connect` is whom the page's scripts may ask."""
    own = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
    return f"{own}; connect-src {connect}; base-uri 'none'; form-action 'self'"


POLICIES: dict[str, dict[str, str]] = {
    "public": PAGES
    | {
        "Access-Control-Allow-Origin": "*",
        "Content-Security-Policy": _sources(),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    },
    "private": PAGES | OWN | {"Content-Security-Policy": _sources() + UNFRAMED, "X-Frame-Options": "DENY"},
    "staff": PAGES
    | OWN
    | {
        "Content-Security-Policy": _sources("'self' https://cognito-idp.${AWS::Region}.amazonaws.com") + UNFRAMED,
        "X-Frame-Options": "DENY",
    },
    "api": EVERYWHERE | OWN | {"Content-Security-Policy": f"default-src 'none'{UNFRAMED}"},
}
"""In alphabetical order when they are sent. ${AWS::Region} stands for the region. What is public is public to homepages too,
which load `embed.js` as a module only where it says so."""


def resources() -> Part:
    """CloudFront's policies. The booking page's frame is open to whom a parameter says."""
    made = {}
    for name, headers in POLICIES.items():
        wanted = dict(sorted(headers.items()))
        if name == "public":
            wanted["Content-Security-Policy"] += "; frame-ancestors ${FrameAncestors}"
        config = {"Name": sub(f"terminwerk-${{Stage}}-{name}"), **_config(wanted)}
        made[policy_of(name)] = resource("CloudFront::ResponseHeadersPolicy", {"ResponseHeadersPolicyConfig": config})
    return made


def policy_of(name: str) -> str:
    """Its logical id."""
    return f"{name.capitalize()}Headers"


def _config(wanted: Mapping[str, str]) -> Part:
    """Those that CloudFront knows by name must be said by name."""
    security: Part = {}
    others = []
    cors: Part = {}
    for name, value in wanted.items():
        if name == "Access-Control-Allow-Origin":
            # CloudFront takes it here alone, and sends it to requests that name their origin.
            cors = {
                "AccessControlAllowCredentials": False,
                "AccessControlAllowHeaders": {"Items": ["*"]},
                "AccessControlAllowMethods": {"Items": ["GET", "HEAD"]},
                "AccessControlAllowOrigins": {"Items": [value]},
                "OriginOverride": True,
            }
        elif known := _known(name, value):
            security[known[0]] = {**known[1], "Override": True}
        else:
            others.append({"Header": name, "Value": value, "Override": True})
    made = {"SecurityHeadersConfig": security, "CustomHeadersConfig": {"Items": others} if others else None, "CorsConfig": cors}
    return {name: config for name, config in made.items() if config}


def _known(name: str, value: str) -> tuple[str, Part] | None:
    """CloudFront's name of a header, and its value as CloudFront wants it; None if it has no name for it."""
    match name:
        case "Content-Security-Policy":
            return "ContentSecurityPolicy", {"ContentSecurityPolicy": sub(value)}
        case "Referrer-Policy":
            return "ReferrerPolicy", {"ReferrerPolicy": value}
        case "Strict-Transport-Security":  # `max-age=63072000` is the only form that we use
            return "StrictTransportSecurity", {"AccessControlMaxAgeSec": int(value.removeprefix("max-age="))}
        case "X-Content-Type-Options":
            return "ContentTypeOptions", {}
        case "X-Frame-Options":
            return "FrameOptions", {"FrameOption": value}
    return None
