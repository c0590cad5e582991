"""CloudFront: the distribution in front of the site's bucket and the API, its cache, and the domain that leads to it."""

from __future__ import annotations

from typing import Any

from infra.templates.headers import policy_of
from infra.templates.parts import Part, att, only_by_tls, policy, ref, resource, sub, when

OPTIMISED, DISABLED = "658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's own cache policies: CachingOptimized and CachingDisabled."""
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own policy of what an origin hears of a request: whatever came with it, save the host."""
ZONE_OF_CLOUDFRONT = "Z2FDTNDATAQYW2"
READS, ALL = ["GET", "HEAD"], ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
STAFF_ADDRESS = """\
function handler(event) {
  var request = event.request;
  if (request.uri === '/staff') {
    return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: '/staff/' } } };
  }
  if (request.uri.endsWith('/')) {
    request.uri += 'index.html';
  }
  return request;
}
"""


def resources() -> Part:
    return {
        "SiteAccess": resource(
            "CloudFront::OriginAccessControl",
            {
                "OriginAccessControlConfig": {
                    "Name": sub("terminwerk-${Stage}"),
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        ),
        "SlotsCache": resource("CloudFront::CachePolicy", {"CachePolicyConfig": _slots_cache()}),
        "StaffAddress": resource(
            "CloudFront::Function",
            {
                "Name": sub("terminwerk-${Stage}-staff"),
                "AutoPublish": True,
                "FunctionConfig": {"Comment": "/staff and /staff/ are the planner", "Runtime": "cloudfront-js-2.0"},
                "FunctionCode": STAFF_ADDRESS,
            },
        ),
        "Distribution": resource(
            "CloudFront::Distribution", {"DistributionConfig": _distribution()}, DependsOn="OriginPlanKey"
        ),
        "SiteBucketPolicy": resource(
            "S3::BucketPolicy", {"Bucket": ref("SiteBucket"), "PolicyDocument": _site_bucket_policy()}
        ),
        "DomainA": _record("A"),
        "DomainAAAA": _record("AAAA"),
    }


def _slots_cache() -> Part:
    return {
        "Name": sub("terminwerk-${Stage}-slots"),
        "Comment": "Free times, for as long as the API says; fresh= goes past it",
        "MinTTL": 0,
        "DefaultTTL": 0,
        "MaxTTL": 10,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {
                "QueryStringBehavior": "whitelist",
                "QueryStrings": ["resource", "template", "from", "days", "fresh"],
            },
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
        },
    }


def _distribution() -> Part:
    certificate = {
        "AcmCertificateArn": ref("CertificateArn"),
        "SslSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }
    return {
        "Enabled": True,
        "Comment": sub("Terminwerk ${Stage}"),
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_100",
        "DefaultRootObject": "index.html",
        "Aliases": when("HasDomain", [ref("Domain")]),
        "ViewerCertificate": when("HasDomain", certificate, {"CloudFrontDefaultCertificate": True}),
        "WebACLId": when("HasWebAcl", ref("WebAclArn")),
        "Origins": [
            {
                "Id": "site",
                "DomainName": sub("${SiteBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"),
                "OriginAccessControlId": att("SiteAccess", "Id"),
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            },
            {
                "Id": "api",
                "DomainName": sub("${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"),
                "CustomOriginConfig": {
                    "OriginProtocolPolicy": "https-only",
                    "OriginSSLProtocols": ["TLSv1.2"],
                    "OriginReadTimeout": 30,
                },
                "OriginCustomHeaders": [{"HeaderName": "x-api-key", "HeaderValue": ref("OriginKey")}],
            },
        ],
        "CacheBehaviors": [
            {"PathPattern": "/api/v1/access/*/slots", **_api(READS, ref("SlotsCache"))},
            {"PathPattern": "/api/v1/access/*/days", **_api(READS, ref("SlotsCache"))},
            {"PathPattern": "/api/*", **_api(ALL, DISABLED)},
            {"PathPattern": "/manage.html", **_site("private")},
            {"PathPattern": "/staff", **COMPLETED, **_site("staff")},
            {"PathPattern": "/staff/*", **COMPLETED, **_site("staff")},
        ],
        "DefaultCacheBehavior": _site("public"),
        "CustomErrorResponses": [{"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in ERRORS],
    }


COMPLETED = {"FunctionAssociations": [{"EventType": "viewer-request", "FunctionARN": att("StaffAddress", "FunctionARN")}]}


def _api(methods: list[str], cache: Any) -> Part:
    return _behaviour("api", "https-only", methods, cache, "api") | {"OriginRequestPolicyId": ALL_BUT_HOST}


def _site(headers: str) -> Part:
    return _behaviour("site", "redirect-to-https", READS, OPTIMISED, headers)


def _behaviour(origin: str, protocol: str, methods: list[str], cache: Any, headers: str) -> Part:
    return {
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": protocol,
        "AllowedMethods": methods,
        "Compress": True,
        "CachePolicyId": cache,
        "ResponseHeadersPolicyId": ref(policy_of(headers)),
    }


def _site_bucket_policy() -> Part:
    """Only this distribution reads."""
    all_of_it = [sub(f"arn:${{AWS::Partition}}:s3:::${{SiteBucket}}{rest}") for rest in ("", "/*")]
    distribution = sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}")
    reads = {
        "Sid": "CloudFrontReads",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": all_of_it,
        "Condition": {"StringEquals": {"aws:SourceArn": distribution}},
    }
    return policy(reads, only_by_tls(all_of_it, PrincipalIsAWSService="false"))


def _record(kind: str) -> Part:
    leads_to = {"DNSName": att("Distribution", "DomainName"), "HostedZoneId": ZONE_OF_CLOUDFRONT}
    named = {"HostedZoneId": ref("HostedZone"), "Name": ref("Domain"), "Type": kind, "AliasTarget": leads_to}
    return resource("Route53::RecordSet", named, Condition="HasZone")
