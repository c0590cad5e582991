"""What is kept: table, user pool, buckets, the sender's identity. The application can go and come without it."""

from __future__ import annotations

from infra.templates.parts import (
    Part,
    Template,
    att,
    bucket,
    is_set,
    only_by_tls,
    outputs,
    parameter,
    policy,
    ref,
    resource,
    sub,
    trust,
    when,
)

INDEXES = ("gsi1", "gsi2", "gsi3")


def template() -> Template:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Terminwerk: what is kept. "
        "Apart from the application, so that the application can go and come without it.",
        "Parameters": PARAMETERS,
        "Conditions": {
            "SendsStaffMail": is_set("StaffSender"),
            "VerifiesDomain": {"Fn::Equals": [ref("MailIdentity"), "domain"]},
            "VerifiesAddress": {"Fn::Equals": [ref("MailIdentity"), "address"]},
        },
        "Resources": {name: _kept(each) for name, each in _resources().items()},
        "Outputs": outputs(
            {
                "TableName": ref("Table"),
                "TableStreamArn": att("Table", "StreamArn"),
                "StaffPoolId": ref("StaffPool"),
                "StaffPoolArn": att("StaffPool"),
                "StaffPoolIssuer": {"Fn::Sub": ["https://${Provider}", {"Provider": att("StaffPool", "ProviderName")}]},
                "StaffClientId": ref("StaffClient"),
                "SiteBucket": ref("SiteBucket"),
                "ArtifactBucket": ref("ArtifactBucket"),
            }
        ),
    }


PARAMETERS = {
    "SecondFactor": parameter(
        "Codes of an authenticator app at sign-in: OPTIONAL for each of the staff, or ON, compulsory for all.",
        "ON",
        AllowedValues=["OPTIONAL", "ON"],
    ),
    "MailFrom": parameter("The sender of all mails."),
    "MailDomain": parameter("The part of the sender behind the @."),
    "MailIdentity": parameter(
        "What is verified with SES: the sender's domain, its address alone, or nothing, where one is verified already.",
        "domain",
        AllowedValues=["domain", "address", "existing"],
    ),
    "StaffSender": parameter(
        "The proven identity of SES by which mails to staff are sent; empty: Cognito sends them itself, 50 a day.", ""
    ),
    "SignInUrl": parameter(
        "Where staff sign in; empty until the application has an address, and nobody is invited before.", ""
    ),
    "PlannerName": parameter("What mails to staff call the planner.", "Terminwerk", AllowedPattern='[^<>&"{}$]{1,40}'),
}


def _resources() -> dict[str, Part]:
    """What is protected from deletion comes last: a new stack that fails can take back all else, but neither table nor pool."""
    return {
        "Table": resource("DynamoDB::Table", table(), DependsOn=[*GROUPS, "StaffClient"]),
        "StaffPool": resource(
            "Cognito::UserPool", pool(), DependsOn=["SiteBucket", "ArtifactBucketPolicy", "AccessLogAccount"]
        ),
        **{name: resource("Cognito::UserPoolGroup", group) for name, group in GROUPS.items()},
        "StaffClient": resource("Cognito::UserPoolClient", CLIENT),
        "SiteBucket": bucket(),
        "ArtifactBucket": bucket(),
        "ArtifactBucketPolicy": resource(
            "S3::BucketPolicy",
            {
                "Bucket": ref("ArtifactBucket"),
                "PolicyDocument": policy(only_by_tls([att("ArtifactBucket"), sub("${ArtifactBucket.Arn}/*")])),
            },
        ),
        "SenderDomain": resource(
            "SES::EmailIdentity",
            {
                "EmailIdentity": ref("MailDomain"),
                "DkimAttributes": {"SigningEnabled": True},
                "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"},
            },
            Condition="VerifiesDomain",
        ),
        "SenderAddress": resource("SES::EmailIdentity", {"EmailIdentity": ref("MailFrom")}, Condition="VerifiesAddress"),
        "AccessLogRole": resource(
            "IAM::Role",
            {
                "Description": "API Gateway writes access logs with it, in the whole region",
                "AssumeRolePolicyDocument": trust("apigateway.amazonaws.com"),
                "ManagedPolicyArns": [
                    sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
                ],
            },
        ),
        "GatewayOpener": resource(
            "ApiGateway::ApiKey",
            {
                "Description": "Opens nothing. An account has to have something of API Gateway before it can be told how to "
                "write logs",
                "Enabled": False,
            },
        ),
        "AccessLogAccount": resource(
            "ApiGateway::Account",
            {"CloudWatchRoleArn": att("AccessLogRole")},
            DependsOn=["GatewayOpener", "SiteBucket", "ArtifactBucketPolicy"],
        ),
    }


def _kept(made: Part) -> Part:
    """Outlives its stack, unless that was never finished."""
    return {**made, "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}


def table() -> Part:
    """The table's properties."""
    keys = {name: _keys(name) for name in ("", *INDEXES)}
    return {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": key["AttributeName"], "AttributeType": "S"} for schema in keys.values() for key in schema
        ],
        "KeySchema": keys[""],
        "GlobalSecondaryIndexes": [
            {"IndexName": name, "KeySchema": keys[name], "Projection": {"ProjectionType": "ALL"}} for name in INDEXES
        ],
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "DeletionProtectionEnabled": True,
    }


def _keys(index: str) -> list[Part]:
    return [{"AttributeName": f"{index}{key}", "KeyType": kind} for key, kind in (("pk", "HASH"), ("sk", "RANGE"))]


LINK = '<a href="${SignInUrl}">${SignInUrl}</a>'
INVITATION = (
    "<p>Guten Tag,</p><p>für Sie ist ein Zugang zum Terminplaner ${PlannerName} eingerichtet.</p>"
    f"<p>Anmeldung: {LINK}<br>Ihr Benutzername: {{username}}<br>Ihr erstes Passwort: {{####}}</p>"
    "<p>Es gilt sieben Tage. Bei der ersten Anmeldung wählen Sie ein eigenes. Wenn Sie keinen Zugang erwarten, lassen Sie "
    "diese E-Mail unbeachtet.</p><hr><p>Hello,</p><p>you have been given access to the planner of ${PlannerName}.</p>"
    f"<p>Sign in: {LINK}<br>Your user name: {{username}}<br>Your first password: {{####}}</p>"
    "<p>It is good for seven days. When you first sign in, you choose one of your own. If you expect no access, ignore this "
    "mail.</p>"
)
CODE = (
    f"<p>Ihr Code: {{####}}</p><p>Geben Sie ihn auf der Seite ein, auf der Sie ihn angefordert haben: {LINK}. Er gilt eine "
    "Stunde. Geben Sie ihn niemandem weiter. Wenn Sie keinen Code angefordert haben, lassen Sie diese E-Mail unbeachtet: Ihr "
    f"Passwort bleibt, wie es ist.</p><hr><p>Your code: {{####}}</p><p>Enter it on the page where you asked for it: {LINK}. It "
    "is good for an hour. Give it to nobody. If you asked for no code, ignore this mail: your password stays as it is.</p>"
)


def pool() -> Part:
    """The user pool's properties."""
    sender = when("VerifiesDomain", ref("SenderDomain"), when("VerifiesAddress", ref("SenderAddress"), ref("MailFrom")))
    identity = sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${StaffSender}")
    return {
        "UserPoolName": sub("${AWS::StackName}-staff"),
        "UserPoolTags": {"sender": sender},
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": True,
            "InviteMessageTemplate": {
                "EmailSubject": sub("${PlannerName}: Ihr Zugang zum Terminplaner / Your access to the planner"),
                "EmailMessage": sub(INVITATION),
            },
        },
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "EmailSubject": sub("${PlannerName}: Ihr Code für den Terminplaner / Your code for the planner"),
            "EmailMessage": sub(CODE),
        },
        "EmailConfiguration": when(
            "SendsStaffMail",
            {"EmailSendingAccount": "DEVELOPER", "SourceArn": identity, "From": ref("MailFrom")},
            {"EmailSendingAccount": "COGNITO_DEFAULT"},
        ),
        "UsernameConfiguration": {"CaseSensitive": False},
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 12,
                "RequireLowercase": False,
                "RequireUppercase": False,
                "RequireNumbers": False,
                "RequireSymbols": False,
                "TemporaryPasswordValidityDays": 7,
            }
        },
        "MfaConfiguration": ref("SecondFactor"),
        "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
        "AutoVerifiedAttributes": ["email"],
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        "Schema": [
            {"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": False},
            {
                "Name": "branches",
                "AttributeDataType": "String",
                "Mutable": True,
                "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"},
            },
        ],
        "DeletionProtection": "ACTIVE",
    }


def _group(name: str, precedence: int, description: str) -> Part:
    named = {"UserPoolId": ref("StaffPool"), "GroupName": name}
    return named | {"Description": description, "Precedence": precedence}


GROUPS = {
    "AdminGroup": _group("admin", 1, "Settings and users of their branches, and all that staff may"),
    "StaffGroup": _group("staff", 2, "The planner of their branches"),
}
CLIENT = {
    "UserPoolId": ref("StaffPool"),
    "ClientName": "staff-pages",
    "GenerateSecret": False,
    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "ReadAttributes": ["custom:branches", "email", "email_verified"],
    "WriteAttributes": ["email"],
    "IdTokenValidity": 15,
    "AccessTokenValidity": 15,
    "RefreshTokenValidity": 12,
    "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "minutes", "RefreshToken": "hours"},
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": True,
}
