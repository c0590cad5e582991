"""The user pool in the template, and that the local one is made from it. The local AWS enforces only part of this."""

from __future__ import annotations

import re
import secrets
from typing import Any

import jwt
import pytest

from infra.local import users
from infra.local.engine import Engine, LocalAws
from infra.local.outbox import Mail, Outbox
from infra.local.pool import Pool, ensure_pool, filled, find_pool
from infra.templates import data
from infra.templates.parts import Template

SITE = "https://termine.example.org"
SIGN_IN = f"{SITE}/staff/"


@pytest.fixture
def template() -> Template:
    return data.template()


@pytest.fixture
def pool(template: Template) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"]["StaffPool"]["Properties"]
    return properties


@pytest.fixture
def client(template: Template) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"]["StaffClient"]["Properties"]
    return properties


@pytest.fixture
def made(engine: Engine) -> Pool:
    return ensure_pool(engine.client("cognito-idp"), f"pool-{secrets.token_hex(4)}", SITE)


def test_users_cannot_change_their_own_branches(client: dict[str, Any]) -> None:
    assert client["WriteAttributes"] == ["email"]
    assert "custom:branches" in client["ReadAttributes"]


def test_pages_hold_no_secret_and_tokens_last_a_quarter_of_an_hour(client: dict[str, Any]) -> None:
    assert client["GenerateSecret"] is False
    assert (client["IdTokenValidity"], client["AccessTokenValidity"]) == (15, 15)
    assert client["TokenValidityUnits"] == {"IdToken": "minutes", "AccessToken": "minutes", "RefreshToken": "hours"}
    assert client["EnableTokenRevocation"] is True


def test_signing_in_tells_nobody_which_users_exist(client: dict[str, Any]) -> None:
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    flows = {"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert set(client["ExplicitAuthFlows"]) == flows


def test_only_admins_make_users_whose_names_ignore_case_and_whose_passwords_are_long(pool: dict[str, Any]) -> None:
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    branches = next(each for each in pool["Schema"] if each["Name"] == "branches")
    assert (branches["Mutable"], branches["StringAttributeConstraints"]["MaxLength"]) == (True, "2048")


def test_a_second_factor_is_compulsory_unless_a_stage_says_otherwise(template: Template, pool: dict[str, Any]) -> None:
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["MfaConfiguration"] == {"Ref": "SecondFactor"}
    parameter = template["Parameters"]["SecondFactor"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("ON", ["OPTIONAL", "ON"])


def test_the_pool_and_all_of_it_survive_their_stack(template: Template, pool: dict[str, Any]) -> None:
    own = [each for each in template["Resources"].values() if each["Type"].startswith("AWS::Cognito::")]
    assert len(own) == 4
    assert all((each["DeletionPolicy"], each["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain") for each in own)
    assert pool["DeletionProtection"] == "ACTIVE"


def test_the_application_finds_the_pool_by_the_stacks_outputs(template: Template) -> None:
    assert template["Outputs"].keys() >= {"StaffPoolId", "StaffPoolArn", "StaffPoolIssuer", "StaffClientId"}


def test_the_local_pool_has_the_shape_of_the_template(made: Pool, pool: dict[str, Any], client: dict[str, Any]) -> None:
    found = made.api.describe_user_pool(UserPoolId=made.id)["UserPool"]
    alike = ("Policies", "UsernameConfiguration", "AdminCreateUserConfig", "VerificationMessageTemplate")
    given = {"PlannerName": "Terminwerk", "SignInUrl": SIGN_IN}
    assert {key: found[key] for key in alike} == filled({key: pool[key] for key in alike}, given)
    assert found["MfaConfiguration"] == "OPTIONAL"
    found = made.api.describe_user_pool_client(UserPoolId=made.id, ClientId=made.client)["UserPoolClient"]
    assert {key: found[key] for key in client if key not in ("UserPoolId", "GenerateSecret")} == {
        key: client[key] for key in client if key not in ("UserPoolId", "GenerateSecret")
    }
    assert {group["GroupName"] for group in made.api.list_groups(UserPoolId=made.id)["Groups"]} == {"admin", "staff"}


def test_a_pool_that_is_there_is_kept_and_brought_up_to_date(made: Pool) -> None:
    name = made.api.describe_user_pool(UserPoolId=made.id)["UserPool"]["Name"]
    made.api.update_user_pool_client(UserPoolId=made.id, ClientId=made.client, IdTokenValidity=60)
    assert ensure_pool(made.api, name) == find_pool(made.api, name) == made
    found = made.api.describe_user_pool_client(UserPoolId=made.id, ClientId=made.client)["UserPoolClient"]
    assert found["IdTokenValidity"] == 15
    assert find_pool(made.api, f"{name}x") is None


def test_the_demos_users_can_sign_in_also_when_they_are_set_back(made: Pool) -> None:
    users.ensure(made)
    users.ensure(made)
    claims = {
        user.name: jwt.decode(made.sign_in(user.name, user.password)["IdToken"], options={"verify_signature": False})
        for user in users.USERS
    }
    assert {name: (each["cognito:groups"], each["custom:branches"]) for name, each in claims.items()} == {
        "admin": (["admin"], "demo praxis"),
        "staff": (["staff"], "demo"),
    }
    assert claims["admin"]["exp"] - claims["admin"]["iat"] == 900


def test_a_branch_that_was_made_since_stays_the_admin_s_over_a_restart(made: Pool) -> None:
    """As `make branch` gives it, which stands in the table over restarts."""
    users.ensure(made)
    given = [{"Name": "custom:branches", "Value": "demo praxis elbufer"}]
    made.api.admin_update_user_attributes(UserPoolId=made.id, Username="admin", UserAttributes=given)
    users.ensure(made)
    assert made.branches("admin") == ["demo", "praxis", "elbufer"]
    assert made.branches("staff") == ["demo"]
    made.ensure_user("admin", "admin-am-elbufer", ("admin",), ("demo", "praxis"))  # as the others expect it


def test_a_branch_that_was_taken_from_the_demo_s_admin_is_given_back(made: Pool) -> None:
    users.ensure(made)
    made.ensure_user("admin", "admin-am-elbufer", ("admin",), ("praxis",))
    users.ensure(made)
    assert made.branches("admin") == ["demo", "praxis"]


def test_users_without_a_password_of_their_own_must_choose_one(made: Pool) -> None:
    """The first password is for one sign-in; the page asks for another."""
    made.api.admin_create_user(UserPoolId=made.id, Username="neu", TemporaryPassword="für den ersten Tag")
    given = {"USERNAME": "neu", "PASSWORD": "für den ersten Tag"}
    answer = made.api.initiate_auth(ClientId=made.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    with pytest.raises(made.api.exceptions.InvalidPasswordException):
        made.api.admin_set_user_password(UserPoolId=made.id, Username="neu", Password="elf Zeichen", Permanent=True)


def mail_to(engine: Engine, address: str) -> Mail:
    """The newest one."""
    assert isinstance(engine, LocalAws)
    assert engine.mails
    return next(each for each in Outbox(engine.mails).mails() if each.to == address)


def invited(made: Pool, address: str) -> None:
    attributes = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
    made.api.admin_create_user(UserPoolId=made.id, Username="anna", UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"])


def test_an_invitation_leads_in_both_languages_to_where_staff_sign_in(engine: Engine, made: Pool) -> None:
    address = f"{secrets.token_hex(4)}@example.org"
    invited(made, address)
    mail = mail_to(engine, address)
    assert mail.subject == "Terminwerk: Ihr Zugang zum Terminplaner / Your access to the planner"
    german, english = (mail.html or mail.text or "").split("<hr>")
    for part, words in ((german, "Ihr Benutzername: anna"), (english, "Your user name: anna")):
        assert f'<a href="{SIGN_IN}">' in part
        assert words in part


def test_who_has_forgotten_the_password_is_written_to_in_both_languages(engine: Engine, made: Pool) -> None:
    address = f"{secrets.token_hex(4)}@example.org"
    invited(made, address)
    made.api.admin_set_user_password(UserPoolId=made.id, Username="anna", Password="zwölf Zeichen und mehr", Permanent=True)
    made.api.forgot_password(ClientId=made.client, Username="anna")
    mail = mail_to(engine, address)
    assert mail.subject == "Terminwerk: Ihr Code für den Terminplaner / Your code for the planner"
    german, english = (mail.html or mail.text or "").split("<hr>")
    for part, words in ((german, "Ihr Code: "), (english, "Your code: ")):
        assert re.search(rf"{words}\d{{6}}<", part)
        assert SIGN_IN in part


def test_mail_to_staff_is_cognito_s_own_unless_the_stage_has_a_proven_sender(pool: dict[str, Any]) -> None:
    condition, by_ses, by_cognito = pool["EmailConfiguration"]["Fn::If"]
    assert (condition, by_cognito) == ("SendsStaffMail", {"EmailSendingAccount": "COGNITO_DEFAULT"})
    assert (by_ses["EmailSendingAccount"], by_ses["From"]) == ("DEVELOPER", {"Ref": "MailFrom"})
    assert by_ses["SourceArn"]["Fn::Sub"].endswith(":identity/${StaffSender}")


def test_cognito_takes_each_name_of_a_planner_and_each_text(template: Template, pool: dict[str, Any]) -> None:
    """Subjects have 140 characters at most, each text names what Cognito puts in."""
    longest = {"PlannerName": "P" * 40, "SignInUrl": SIGN_IN}
    invitation = filled(pool["AdminCreateUserConfig"]["InviteMessageTemplate"], longest)
    code = filled(pool["VerificationMessageTemplate"], longest)
    assert all(len(each["EmailSubject"]) <= 140 for each in (invitation, code))
    assert ["{username}" in invitation["EmailMessage"], "{####}" in invitation["EmailMessage"]] == [True, True]
    assert "{####}" in code["EmailMessage"]
    pattern = re.compile(template["Parameters"]["PlannerName"]["AllowedPattern"])
    assert [bool(pattern.fullmatch(name)) for name in ("Hörakustik Elbufer", "P" * 41, "{username}", "<b>")] == [
        True,
        False,
        False,
        False,
    ]
