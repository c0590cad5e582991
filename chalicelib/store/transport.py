"""The way to DynamoDB below PynamoDB: what it asks of its client, for a fraction of what botocore's own client costs.

PynamoDB speaks the wire's form already, so a call needs no shapes and no rules for addresses: it is encoded, signed, sent and
decoded. Whatever must stay right is botocore's own: credentials and their renewal, signatures, connections with their errors,
certificates and proxies, the reading of error answers, and what is tried again, how often and when (its mode `standard`).

An answer that is not whole is no answer here: it is asked for again, and then HTTPClientError. Left out are dual-stack, FIPS
and account addresses, `ResponseMetadata` of answers that are no errors, and binary values, which no model has. Whoever needs
them takes botocore's client: see `models.bind`.
"""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.credentials import EnvProvider
from botocore.endpoint import EndpointCreator
from botocore.endpoint_provider import RuleSetStandardLibrary
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoRegionError
from botocore.hooks import HierarchicalEmitter, first_non_none_response
from botocore.model import ServiceId
from botocore.parsers import JSONParser
from botocore.retries.standard import register_retry_handler
from botocore.session import Session, get_session

SERVICE = "dynamodb"
API = "DynamoDB_20120810"
MADE_ONCE = "TransactWriteItems"
"""The call that DynamoDB makes once, however often it comes, if it carries the same token."""
DETAILS = ("Item", "CancellationReasons")
"""Of a condition that does not hold, and of a transaction that was cancelled."""
SERVICE_MODEL = SimpleNamespace(service_id=ServiceId("DynamoDB"), service_name=SERVICE, endpoint_prefix=SERVICE)
PASSING_ERROR = SimpleNamespace(name="ReplicatedWriteConflictException", metadata={"retryable": {"throttling": False}})
UNDELAYED = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
"""As botocore's client. Otherwise the body waits until the far side has acknowledged the head: up to 40 ms for each request."""
OPERATION_MODEL = SimpleNamespace(service_model=SERVICE_MODEL, error_shapes=[PASSING_ERROR])
"""As much of botocore's description of DynamoDB as its rules for repeats look at."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_error_parser = JSONParser()


class Transport:
    """A client of DynamoDB for PynamoDB, reached through the environment's credentials, region and endpoint. Safe to share
    between threads.

    `meta.events` are botocore's, by its names: `before-send.dynamodb.<Operation>` with the request, whose handler may answer in
    place of the network (AWSResponse) or raise, and `after-call.dynamodb.<Operation>` with the parsed answer.
    """

    _request_signer = None
    """PynamoDB makes its client anew while this knows no credentials. Here each request asks for them."""

    def __init__(self, *, connect_timeout: float, read_timeout: float, attempts: int, connections: int) -> None:
        """Raises NoRegionError."""
        given = EnvProvider().load()  # what botocore looks at first, and all that Lambda gives
        self._credentials = (lambda: given) if given else get_session().get_credentials
        self._credentials()  # now: finding them is not safe between threads
        session = Session(include_builtin_handlers=False)  # reads settings, and calls nobody
        self._region = session.get_config_variable("region")
        if self._region is None:
            raise NoRegionError
        self._url = _endpoint(session, self._region).rstrip("/") + "/"
        self.meta = SimpleNamespace(events=HierarchicalEmitter(), service_model=SERVICE_MODEL, endpoint_url=self._url)
        self._retries = register_retry_handler(self, attempts)
        self._http = (
            EndpointCreator(self.meta.events)
            .create_endpoint(
                SERVICE_MODEL,
                self._region,
                self._url,
                verify=session.get_config_variable("ca_bundle"),
                timeout=(connect_timeout, read_timeout),
                max_pool_connections=connections,
                socket_options=UNDELAYED,
            )
            .http_session
        )

    def _make_api_call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What DynamoDB answers. Raises ClientError if that is an error, and BotoCoreError if nothing comes, or not the whole;
        either way once the rules for repeats have come to their end."""
        if operation == MADE_ONCE:
            parameters = {"ClientRequestToken": str(uuid.uuid4()), **parameters}
        body = _encode(parameters)
        context: dict[str, Any] = {}
        attempt = 0
        while True:
            attempt += 1
            request = self._signed(operation, body)
            response, fault = None, None
            try:
                response = self._asked(operation, request)
            except BotoCoreError as error:
                fault = error
            pause = self._retries.needs_retry(
                response=response,
                attempts=attempt,
                operation=OPERATION_MODEL,
                caught_exception=fault,
                request_dict={"context": context},
            )
            if pause is None:
                break
            time.sleep(pause)
        if response is None:
            raise fault  # type: ignore[misc]  # one of both is there
        http, answer = response
        self.meta.events.emit(f"after-call.{SERVICE}.{operation}", http_response=http, parsed=answer, context=context)
        if http.status_code >= 300:
            answer["ResponseMetadata"]["RetryAttempts"] = attempt - 1
            raise ClientError(answer, operation)
        return answer

    def _signed(self, operation: str, body: bytes) -> AWSPreparedRequest:
        """Signed anew for each attempt: time goes by, and credentials may have been renewed."""
        headers = {"X-Amz-Target": f"{API}.{operation}", "Content-Type": "application/x-amz-json-1.0"}
        request = AWSRequest(method="POST", url=self._url, data=body, headers=headers)
        credentials = self._credentials()
        SigV4Auth(credentials and credentials.get_frozen_credentials(), SERVICE, self._region).add_auth(request)
        return request.prepare()

    def _asked(self, operation: str, request: AWSPreparedRequest) -> tuple[AWSResponse, dict[str, Any]]:
        """One attempt: the response, and what it says."""
        answers = self.meta.events.emit(f"before-send.{SERVICE}.{operation}", request=request)
        response = first_non_none_response(answers) or self._http.send(request)
        content: bytes = response.content
        checksum = response.headers.get("x-amz-crc32")
        if checksum is not None and checksum != str(crc32(content)):
            raise HTTPClientError(error="the answer has another checksum than it says")
        if response.status_code >= 300:
            return response, _error(response, content)
        try:
            return response, _decode(content)
        except msgspec.DecodeError as error:
            raise HTTPClientError(error=error) from error


def _endpoint(session: Session, region: str) -> str:
    """As AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or the profile say; otherwise DynamoDB's own of the region."""
    if not session.get_config_variable("ignore_configured_endpoint_urls"):
        profile = session.get_scoped_config()
        named = ConfiguredEndpointProvider(full_config=session.full_config, scoped_config=profile, client_name=SERVICE)
        if configured := named.provide():
            return str(configured)
    partitions = session.get_component("data_loader").load_data("partitions")
    return f"https://{SERVICE}.{region}.{RuleSetStandardLibrary(partitions).aws_partition(region)['dnsSuffix']}"


def _error(response: AWSResponse, content: bytes) -> dict[str, Any]:
    """`Error` and `ResponseMetadata` as botocore reads them, and what an error has of its own (see DETAILS)."""
    parts = {"status_code": response.status_code, "headers": response.headers, "body": content}
    read: dict[str, Any] = _error_parser.parse(parts, None)
    try:
        told = _decode(content)
    except msgspec.DecodeError:
        return read
    return read | {name: told[name] for name in DETAILS if name in told}
